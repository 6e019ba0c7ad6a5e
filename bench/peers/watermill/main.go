// A relay with Watermill: its SQL subscriber reads an outbox in PostgreSQL, and its publisher writes a Redis stream.
//
//	watermill DATABASE_URL REDIS_PORT
package main

import (
	"context"
	stdsql "database/sql"
	"log"
	"os"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill-redisstream/pkg/redisstream"
	"github.com/ThreeDotsLabs/watermill-sql/v4/pkg/sql"
	_ "github.com/lib/pq"
	"github.com/redis/go-redis/v9"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	logger := watermill.NopLogger{}
	database := must(stdsql.Open("postgres", os.Args[1]))
	subscriber := must(sql.NewSubscriber(sql.BeginnerFromStdSQL(database), sql.SubscriberConfig{
		SchemaAdapter:    sql.DefaultPostgreSQLSchema{},
		OffsetsAdapter:   sql.DefaultPostgreSQLOffsetsAdapter{},
		InitializeSchema: true,
		PollInterval:     10 * time.Millisecond,
	}, logger))
	publisher := must(redisstream.NewPublisher(redisstream.PublisherConfig{
		Client: redis.NewClient(&redis.Options{Addr: "127.0.0.1:" + os.Args[2]}),
	}, logger))
	for message := range must(subscriber.Subscribe(context.Background(), "rides")) {
		if err := publisher.Publish("rides", message); err != nil {
			log.Fatal(err)
		}
		message.Ack()
	}
}
