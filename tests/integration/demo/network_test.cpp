#include "demo/faults/network/network.hpp"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "servers/temporary_directory.hpp"

namespace demo {
namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;

/// A program's socket and a server's socket, and a link between them.
class NetworkTest : public testing::Test {
protected:
    struct Connection {
        stream_protocol::socket program;
        stream_protocol::socket server;
    };

    NetworkTest() { network.add("link", folder.path() / "entrance", folder.path() / "server"); }

    stream_protocol::socket connect_program() {
        stream_protocol::socket program(context);
        program.connect((folder.path() / "entrance").native());
        return program;
    }

    Connection connect() {
        stream_protocol::socket program = connect_program();
        Connection connection{std::move(program), acceptor.accept()};
        // Once a byte has passed, the network knows the connection.
        send(connection.program, "!");
        EXPECT_EQ(receive(connection.server, 1), "!");
        return connection;
    }

    void set(Condition condition) {
        network.change("link", [&](Link& link) { link.set(condition); });
    }

    static void send(stream_protocol::socket& to, const std::string& text) {
        asio::write(to, asio::buffer(text));
    }

    static std::string receive(stream_protocol::socket& from, std::size_t length) {
        std::string text(length, '\0');
        asio::read(from, asio::buffer(text));
        return text;
    }

    /// All bytes before the end of the connection.
    static std::string receive_to_the_end(stream_protocol::socket& from) {
        std::string text;
        boost::system::error_code ended;
        asio::read(from, asio::dynamic_buffer(text), ended);
        return text;
    }

    static bool nothing_came(stream_protocol::socket& to) { return to.available() == 0; }

    contrail::servers::TemporaryDirectory folder;
    asio::io_context context;
    stream_protocol::acceptor acceptor{context, (folder.path() / "server").native()};
    Network network;
};

TEST_F(NetworkTest, PassesBytesBothWays) {
    Connection connection = connect();
    send(connection.program, "question");
    EXPECT_EQ(receive(connection.server, 8), "question");
    send(connection.server, "answer");
    EXPECT_EQ(receive(connection.program, 6), "answer");
}

TEST_F(NetworkTest, PassesTheEndOfAConnectionAfterAllItsBytes) {
    Connection connection = connect();
    send(connection.program, "last words");
    connection.program.close();
    EXPECT_EQ(receive_to_the_end(connection.server), "last words");
}

TEST_F(NetworkTest, ClosesAConnectionWhoseServerIsAway) {
    acceptor.close();
    auto program = connect_program();
    EXPECT_EQ(receive_to_the_end(program), "");
}

TEST_F(NetworkTest, CutsThePresentConnections) {
    Connection connection = connect();
    network.change("link", [](Link& link) { link.cut(/*torn=*/false); });
    EXPECT_EQ(receive_to_the_end(connection.program), "");
    EXPECT_EQ(receive_to_the_end(connection.server), "");
    Connection next = connect();
    send(next.program, "again");
    EXPECT_EQ(receive(next.server, 5), "again");
}

TEST_F(NetworkTest, CutsInTheMiddleOfAMessage) {
    Connection connection = connect();
    network.change("link", [](Link& link) { link.cut(/*torn=*/true); });
    send(connection.server, "a torn message");
    EXPECT_EQ(receive_to_the_end(connection.program), "a torn ");
}

TEST_F(NetworkTest, RefusesConnections) {
    Connection connection = connect();
    set({Condition::Kind::refusing});
    EXPECT_EQ(receive_to_the_end(connection.server), "");
    auto refused = connect_program();
    EXPECT_EQ(receive_to_the_end(refused), "");
    set({});
    Connection next = connect();
    send(next.program, "again");
    EXPECT_EQ(receive(next.server, 5), "again");
}

TEST_F(NetworkTest, HoldsBytesBackAndLaterPassesThemEvenOfAClosedConnection) {
    Connection connection = connect();
    Connection closed = connect();
    set({Condition::Kind::silent});
    send(connection.program, "late");
    send(closed.program, "later");
    closed.program.close();
    EXPECT_TRUE(nothing_came(connection.server) && nothing_came(closed.server));

    set({});
    EXPECT_EQ(receive(connection.server, 4), "late");
    EXPECT_EQ(receive_to_the_end(closed.server), "later");
}

TEST_F(NetworkTest, IsSlow) {
    using namespace std::chrono_literals;
    Connection connection = connect();
    set({Condition::Kind::slow, 20ms});
    const auto sent = std::chrono::steady_clock::now();
    send(connection.program, "x");
    EXPECT_EQ(receive(connection.server, 1), "x");
    EXPECT_GE(std::chrono::steady_clock::now() - sent, 20ms);
}

TEST_F(NetworkTest, HasHalfOpenConnectionsWhileNewOnesWork) {
    Connection old = connect();
    network.change("link", [](Link& link) { link.make_half_open(); });
    send(old.program, "into the dark");
    Connection fresh = connect();
    send(fresh.program, "hello");
    EXPECT_EQ(receive(fresh.server, 5), "hello");
    EXPECT_TRUE(nothing_came(old.server));

    network.change("link", [](Link& link) { link.end_half_open(/*revive=*/false); });
    EXPECT_EQ(receive_to_the_end(old.server), "");
    EXPECT_EQ(receive_to_the_end(old.program), "");
}

TEST_F(NetworkTest, RevivesHalfOpenConnections) {
    Connection connection = connect();
    network.change("link", [](Link& link) { link.make_half_open(); });
    send(connection.program, "after all");
    network.change("link", [](Link& link) { link.end_half_open(/*revive=*/true); });
    EXPECT_EQ(receive(connection.server, 9), "after all");
}

}  // namespace
}  // namespace demo
