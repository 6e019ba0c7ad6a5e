#include "redis/reply.hpp"

#include <hiredis/read.h>

#include <algorithm>
#include <memory>
#include <new>
#include <string>

#include "contrail/error.hpp"

namespace contrail::redis {

namespace {

constexpr std::size_t arena_bytes = 1U << 16U;

std::pmr::memory_resource& arena_of(const redisReadTask* task) {
    return *static_cast<std::pmr::memory_resource*>(task->privdata);
}

template <class T>
T* allocate(const redisReadTask* task, std::size_t count) {
    return static_cast<T*>(arena_of(task).allocate(count * sizeof(T), alignof(T)));
}

/// The place for the object of `task`: inside its array, or for the root a new one.
Reply* place_of(const redisReadTask* task) {
    if (task->parent == nullptr) return new (allocate<Reply>(task, 1)) Reply;
    const auto* array = static_cast<const Reply*>(task->parent->obj);
    return &array->elements[static_cast<std::size_t>(task->idx)];
}

/// hiredis is C: no exception may pass through it. It takes null for "out of memory", and says so.
template <class Create>
void* guarded(Create create) noexcept {
    try {
        return create();
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

Reply::Kind kind_of_text(int type) {
    if (type == REDIS_REPLY_ERROR) return Reply::Kind::error;
    return type == REDIS_REPLY_STATUS ? Reply::Kind::status : Reply::Kind::string;
}

void* create_string(const redisReadTask* task, char* text, std::size_t length) {
    return guarded([&] {
        // Copied, because hiredis's buffer moves while the rest of the reply arrives.
        char* const copy = allocate<char>(task, length);
        std::copy_n(text, length, copy);
        Reply* const reply = place_of(task);
        reply->kind = kind_of_text(task->type);
        reply->text = {copy, length};
        return reply;
    });
}

void* create_array(const redisReadTask* task, int count) {
    return guarded([&] {
        const auto size = static_cast<std::size_t>(count);
        auto* const elements = allocate<Reply>(task, size);
        std::uninitialized_value_construct_n(elements, size);
        Reply* const reply = place_of(task);
        reply->kind = Reply::Kind::array;
        reply->elements = {elements, size};
        return reply;
    });
}

void* create_integer(const redisReadTask* task, long long value) {
    return guarded([&] {
        Reply* const reply = place_of(task);
        reply->kind = Reply::Kind::integer;
        reply->integer = value;
        return reply;
    });
}

void* create_nil(const redisReadTask* task) {
    return guarded([&] { return place_of(task); });
}

void free_nothing(void*) {}  // the arena goes as a whole

redisReplyObjectFunctions functions{create_string, create_array, create_integer, create_nil, free_nothing};

}  // namespace

void ReplyReader::Free::operator()(redisReader* reader) const noexcept {
    redisReaderFree(reader);
}

ReplyReader::ReplyReader() : arena_(arena_bytes), reader_(redisReaderCreateWithFunctions(&functions)) {
    if (!reader_) throw std::bad_alloc();
    reader_->privdata = static_cast<std::pmr::memory_resource*>(&arena_);
}

void ReplyReader::feed(std::string_view bytes) {
    // Whatever can go wrong here is kept in the reader and comes out of next().
    redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
}

const Reply* ReplyReader::next() {
    if (delivered_) arena_.release();
    delivered_ = false;

    void* reply = nullptr;
    const int outcome = redisReaderGetReply(reader_.get(), &reply);
    if (reader_->err == REDIS_ERR_OOM) throw std::bad_alloc();
    if (outcome != REDIS_OK)
        throw Error(Retry::never, "does not speak Redis's protocol (" + std::string(reader_->errstr) +
                                      "). See that the URL leads to a Redis server, and that rediss:// is "
                                      "written where the port speaks TLS, and only there.");
    delivered_ = reply != nullptr;
    return static_cast<const Reply*>(reply);
}

}  // namespace contrail::redis
