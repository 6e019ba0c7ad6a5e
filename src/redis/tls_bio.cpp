#include "redis/tls_bio.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <memory>

namespace contrail::redis {

namespace {

int descriptor_of(BIO* bio) {
    return static_cast<const base::FileDescriptor*>(BIO_get_data(bio))->get();
}

bool would_block(ssize_t result) {
    return result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

int write(BIO* bio, const char* bytes, int size) {
    BIO_clear_retry_flags(bio);
    const ssize_t sent = ::send(descriptor_of(bio), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (would_block(sent)) BIO_set_retry_write(bio);
    return static_cast<int>(sent);
}

int read(BIO* bio, char* buffer, int size) {
    BIO_clear_retry_flags(bio);
    const ssize_t received = ::recv(descriptor_of(bio), buffer, static_cast<std::size_t>(size), 0);
    if (would_block(received)) BIO_set_retry_read(bio);
    if (received == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return static_cast<int>(received);
}

long control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;  // it buffers nothing; the other commands are not for sockets
}

struct FreeMethod {
    void operator()(BIO_METHOD* method) const noexcept { BIO_meth_free(method); }
};
using Method = std::unique_ptr<BIO_METHOD, FreeMethod>;

Method make_method() {
    Method method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "contrail socket"));
    if (!method) return method;
    BIO_meth_set_write(method.get(), write);
    BIO_meth_set_read(method.get(), read);
    BIO_meth_set_ctrl(method.get(), control);
    return method;
}

}  // namespace

BIO* new_tls_bio(base::FileDescriptor& descriptor) {
    static const Method method = make_method();
    BIO* const bio = BIO_new(method.get());
    if (bio == nullptr) return nullptr;
    BIO_set_data(bio, &descriptor);
    BIO_set_init(bio, 1);
    return bio;
}

}  // namespace contrail::redis
