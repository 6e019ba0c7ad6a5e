#include "contrail/group_commit.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <set>
#include <string>

namespace contrail {

namespace {

using ::testing::ElementsAre;

struct Change {
    std::int64_t key = 0;  ///< 0: none.
    std::string text;
};

using Changes = GroupCommit<Change, std::string>;

class FakeBackend : public Changes::Backend {
public:
    explicit FakeBackend(std::optional<Retry> failure = {}) : failure_(failure) {}

    bool is_open() override { return open_; }
    void open() override {
        if (failure_) throw Error(*failure_, "The database is not there.");
        open_ = true;
    }
    std::vector<std::string> serve(std::span<const Change> changes) override {
        groups.emplace_back(changes.begin(), changes.end());
        std::vector<std::string> answers;
        for (const Change& change : changes) answers.push_back("did " + change.text);
        return answers;
    }
    [[nodiscard]] std::optional<std::int64_t> key_of(const Change& change) const override {
        return change.key == 0 ? std::nullopt : std::optional(change.key);
    }
    [[nodiscard]] std::string unavailable() const override { return "unavailable"; }
    [[nodiscard]] std::string overloaded() const override { return "overloaded"; }

    std::vector<std::vector<Change>> groups;  ///< Complete once all answers are there.

private:
    std::optional<Retry> failure_;
    bool open_ = false;
};

boost::asio::awaitable<void> ask(Changes& changes, Change change, std::string& answer) {
    answer = co_await changes.ask(std::move(change));
}

/// The answers to changes that are asked for at the same time.
std::vector<std::string> answers_to(FakeBackend& backend, const std::vector<Change>& wanted,
                                    const Changes::Options& options = {}) {
    boost::asio::io_context context;  // outlives what posts answers to it
    Changes changes(backend, options);
    std::vector<std::string> answers(wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i)
        boost::asio::co_spawn(context, ask(changes, wanted[i], answers[i]), boost::asio::detached);
    context.run();
    return answers;
}

}  // namespace

TEST(AGroupCommit, GivesEachRequestItsAnswer) {
    FakeBackend backend;
    EXPECT_THAT(answers_to(backend, {{1, "a"}, {0, "b"}, {1, "c"}, {2, "d"}}),
                ElementsAre("did a", "did b", "did c", "did d"));
}

TEST(AGroupCommit, PutsRequestsOfOneKeyIntoGroupsInTheOrderInWhichTheyCame) {
    FakeBackend backend;
    answers_to(backend, {{1, "a"}, {2, "b"}, {1, "c"}, {0, "d"}, {1, "e"}});
    std::string of_key_1;
    for (const auto& group : backend.groups) {
        std::set<std::int64_t> keys;
        for (const Change& change : group) {
            EXPECT_TRUE(change.key == 0 || keys.insert(change.key).second) << change.text;
            if (change.key == 1) of_key_1 += change.text;
        }
    }
    EXPECT_EQ(of_key_1, "ace");
}

TEST(AGroupCommit, MakesNoGroupGreaterThanItMay) {
    FakeBackend backend;
    answers_to(backend, std::vector<Change>(10), {.group_requests_max = 3});
    std::size_t served = 0;
    for (const auto& group : backend.groups) {
        EXPECT_LE(group.size(), 3U);
        served += group.size();
    }
    EXPECT_EQ(served, 10U);
}

TEST(AGroupCommit, RefusesMoreThanMayWait) {
    FakeBackend backend;
    EXPECT_THAT(answers_to(backend, {{0, "a"}}, {.waiting_requests_max = 0}), ElementsAre("overloaded"));
}

TEST(AGroupCommit, RefusesEverythingWhileTheBackendIsClosed) {
    FakeBackend backend(Retry::call);
    EXPECT_THAT(answers_to(backend, {{0, "a"}, {1, "b"}}), ElementsAre("unavailable", "unavailable"));
    EXPECT_TRUE(backend.groups.empty());
}

TEST(AGroupCommit, DoesNotBeginWhereAnOperatorMustActFirst) {
    FakeBackend backend(Retry::never);
    EXPECT_THROW(Changes(backend, {}), Error);
}

}  // namespace contrail
