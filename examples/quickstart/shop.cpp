// A service: takes an order, and stages a record of it in the same transaction.
#include <libpq-fe.h>
#include <contrail/postgres.hpp>

#include <cstdlib>
#include <iostream>

int main(int argc, char** argv) try {
    if (argc != 3) throw std::runtime_error("give an item and a quantity");
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(std::getenv("DATABASE_URL")),
                                                                  &PQfinish);
    contrail::Sql sql(connection.get());
    sql.execute("BEGIN");
    const auto rows =
        sql.execute("INSERT INTO orders (item, quantity) VALUES ($1, $2) RETURNING id, to_jsonb(orders)",
                    {argv[1], argv[2]});
    sql.execute("SELECT contrail.stage('create', 'order', $1)", {rows[0][1]});
    sql.execute("COMMIT");
    std::cout << "order " << rows[0][0].value() << " taken\n";
} catch (const std::exception& error) {
    std::cerr << "quickstart_shop: " << error.what() << '\n';
    return 1;
}
