#!/usr/bin/ruby
# frozen_string_literal: true

# A consumer in Ruby: adds up the distances of Rocket Rides, as docs/protocol.md describes a consumer.
#
#     DATABASE_URL=… LOG_URL=… STREAM_NAME=… consumer.rb NAME [earliest|latest|ID]
#
# To make it yours, replace ADD_UP. Debian: ruby-pg, ruby-redis.
require "json"
require "pg"
require "redis"

RECORDS_MAX = 1_000 # of one transaction,
BYTES_MAX = 4 << 20 # about
ATTEMPTS_MAX = 3 # of a record by itself, before it is parked
REGISTER = File.read(File.join(__dir__, "../register.lua"))
REPORT = File.read(File.join(__dir__, "../report.lua"))

Overtaken = Class.new(StandardError) # Another instance of this name has moved the checkpoint.

# Nothing is wrong with the records: a server is away, a lock was waited for in vain, another instance was faster.
PASSING = [
  Overtaken, Redis::BaseError, PG::ConnectionBad, PG::UnableToSend, PG::ConnectionException, PG::TransactionRollback,
  PG::InsufficientResources, PG::OperatorIntervention, PG::LockNotAvailable,
  PG::IdleInTransactionSessionTimeout
].freeze

# The handler. What it raises, other than PASSING, rejects the records.
ADD_UP = lambda do |database, consumer, records|
  row = database.exec_params("SELECT total_distance FROM consumer_states WHERE name = $1", [consumer]).first
  total = row ? Float(row["total_distance"]) : 0.0
  records.each do |record| # one by one, in order: a sum of doubles depends on both
    next unless record["object"] == "ride"

    ride = JSON.parse(record["data"])
    distance = record["action"] == "delete" ? 0 : ride.fetch("distance")
    total += distance - (record["action"] == "create" ? 0 : ride.fetch("previous_distance"))
    puts format("Consumed record: %<data>s total_distance=%<total>.1fm", data: record["data"], total: total)
  end
  database.exec_params("INSERT INTO consumer_states (name, total_distance) VALUES ($1, $2) " \
                       "ON CONFLICT (name) DO UPDATE SET total_distance = excluded.total_distance", [consumer, total])
end

def parts_of(id) = id.split("-").map { |part| Integer(part, 10) }

def offset_of(id) = parts_of(id)[1]

def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)

class Consumer
  def initialize(name, stream, start, handler)
    @name, @stream, @start, @handler = name, stream, start, handler
    @records_max, @attempts, @suspect_offset = 10, 0, 0
  end

  def run
    pause = 0.1
    begin
      connect
      loop do
        step
        pause = 0.1
      end
    rescue *PASSING => e
      halt(e.message) if e.message.start_with?("GONE", "NOPLACE", "TOOMANYNAMES", "OTHEROWNER")

      e.is_a?(Overtaken) ? pause = 0.5 : warn("trying again: #{e.message}")
      @database&.close unless @database&.finished?
      @log&.close
      sleep pause
      pause = [2 * pause, 5].min
      retry
    end
  end

  private

  # Connects anew and loads the checkpoint: whatever failed, it is the truth. A commit in doubt may have happened.
  def connect
    @database = PG.connect(ENV.fetch("DATABASE_URL"), application_name: @name)
    @log = Redis.new(url: ENV.fetch("LOG_URL"), timeout: 10, reconnect_attempts: 0)
    @owner = @database.exec("SELECT id, name FROM contrail.owner()").first.values_at("id", "name")
    @checkpoint = load || register
    @read_to = @checkpoint
    @upkeep_at = 0
  end

  def query(text, *values) = @database.exec_params(text, [@name, @stream, *values])

  def load
    query("SELECT last_id FROM contrail.checkpoints WHERE consumer = $1 AND stream = $2").first&.fetch("last_id")
  end

  def register
    until (place = @log.eval(REGISTER, keys, [@name, @start, *@owner, @stream, "#{@stream}:identity"]))
      sleep 0.25 # the log cannot tell yet where it begins
    end
    query("SELECT contrail.register($1, $2, $3)", place)
    load
  end

  def keys = ["#{@stream}:positions", "#{@stream}:owners"]

  def transaction
    @database.transaction do # BEGIN … COMMIT; ROLLBACK after an exception
      raise Overtaken if query("SELECT contrail.begin_batch($1, $2)").getvalue(0, 0) != @checkpoint

      yield
    end
  end

  def step
    if now >= @upkeep_at # once a second
      report
      retry_marked
      @upkeep_at = now + 1
    end
    records = read
    return if records.empty?

    begin
      apply(records)
    rescue *PASSING
      raise
    rescue StandardError => e
      reject(records, e)
    end
  end

  # Waits for records, outside of any transaction. Leaves out what was applied before, and stops at a gap.
  def read
    count = offset_of(@read_to) < @suspect_offset ? 1 : @records_max
    entries = @log.xread(@stream, @read_to, count: count, block: 1000).fetch(@stream, [])
    last = offset_of(@checkpoint)
    records = []
    entries.each do |id, fields|
      @read_to = id
      next unless (parts_of(id) <=> parts_of(@checkpoint)).positive?

      last += 1
      halt_at_gap(last, id) if offset_of(id) != last
      records << fields.merge("id" => id)
    end
    bound_next_read(entries)
    records
  end

  # The next read is bounded by what records of this one took, and at most twice as large.
  def bound_next_read(entries)
    return if entries.empty?

    bytes = entries.sum { |_, fields| fields.sum { |_, text| text.bytesize } }
    @records_max = [2 * @records_max, RECORDS_MAX, BYTES_MAX * entries.size / (bytes + 1)].min.clamp(1..)
  end

  def halt_at_gap(missing, id)
    raise Overtaken if load != @checkpoint

    halt "record #{missing} is missing; the log continues with #{id}. " \
         "Cut off: #{@log.hget("#{@stream}:cut_off", @name)}"
  end

  def halt(why)
    warn "#{@name} stops: #{why}"
    exit 78
  end

  def apply(records)
    last_id = records.last["id"]
    transaction do
      @handler.call(@database, @name, records)
      query("SELECT contrail.advance($1, $2, $3, $4)", @checkpoint, last_id)
    end
    @checkpoint = last_id
    @attempts = 0
    report
  end

  # Has a batch applied again record by record, to find the one at fault; parks that one.
  def reject(records, error)
    @read_to = @checkpoint
    @attempts += 1
    if records.size > 1
      @attempts = 0
      @suspect_offset = offset_of(records.last["id"])
    elsif @attempts >= ATTEMPTS_MAX
      park(records.first, error)
    end
  end

  def park(record, error)
    transaction do
      query("SELECT contrail.park($1, $2, $3, $4, $5, $6, $7, attempts => $8, key => $9, headers => $10)",
            *record.values_at("id", "action", "object", "data"), error.message, @attempts,
            *record.values_at("key", "headers"))
    end
    @checkpoint = @read_to = record["id"]
    @attempts = 0
    report
  end

  # Applies a parked record that an operator has marked. The checkpoint stays.
  def retry_marked
    return if query("SELECT contrail.has_marked($1, $2)").getvalue(0, 0) == "f"

    letter = nil
    begin
      transaction do
        letter = query("SELECT record_id AS id, * FROM contrail.take_marked($1, $2)").first
        @handler.call(@database, @name, [letter]) if letter
      end
    rescue *PASSING
      raise
    rescue StandardError => e
      raise unless letter

      query("SELECT contrail.park_again($1, $2, $3, $4)", letter["id"], e.message)
    end
  end

  # What the log may be trimmed to. Repeated once a second: a Redis that was wiped must hear of it again.
  def report = @log.eval(REPORT, keys, [@name, @checkpoint, *@owner])
end

name, start = ARGV
Consumer.new(name, ENV.fetch("STREAM_NAME"), start || "earliest", ADD_UP).run
