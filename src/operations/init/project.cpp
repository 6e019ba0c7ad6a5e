#include "operations/init/project.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/file_descriptor.hpp"
#include "contrail/error.hpp"
#include "contrail_operations_embedded.hpp"
#include "postgres/schema.hpp"

namespace contrail::operations::init {

namespace {

std::string embedded(std::string_view name) {
    return std::string(std::ranges::find(embedded_files, name, &EmbeddedFile::name)->text);
}

/// In double quotes, as systemd, Compose and a shell all read it.
std::string variable(const std::string& name, std::string_view value) {
    std::string line = name + "=\"";
    for (const char c : value) {
        if (std::string_view("\\\"$`").find(c) != std::string_view::npos) line += '\\';
        line += c;
    }
    return line + "\"\n";
}

/// As a string of TOML. What reads the file knows no escapes.
std::string toml_text(const std::string& value) {
    if (value.find_first_of("\\\"") == std::string::npos) return value;
    throw Error(Retry::never,
                "Cannot write " + value +
                    " to contrail.toml: a configuration file can hold neither a double quote nor a "
                    "backslash. Nothing was done. Choose another name.");
}

/// As one word of a shell.
std::string shell_word(const std::string& text) {
    std::string word = "'";
    for (const char c : text) word += c == '\'' ? "'\\''" : std::string(1, c);
    return word + '\'';
}

/// The settings of TLS that are not the default.
std::string tls_lines(const Settings& settings) {
    std::string lines;
    for (const auto& [key, file] : {std::pair("redis-ca-file", settings.redis_ca_file),
                                    std::pair("redis-cert-file", settings.redis_cert_file),
                                    std::pair("redis-key-file", settings.redis_key_file)})
        if (!file.empty()) lines += key + (" = \"" + toml_text(file)) + "\"\n";
    if (!settings.redis_tls_verify) lines += "redis-tls-verify = \"no\"\n";
    return lines;
}

std::string configuration(const Settings& settings) {
    std::string text = embedded("contrail.toml");
    for (const auto& [name, value] :
         {std::pair("@stream@", toml_text(settings.stream_name)),
          std::pair("@schema@", toml_text(settings.schema)), std::pair("@tls@\n", tls_lines(settings))})
        text = postgres::replaced(std::move(text), name, value);
    return text;
}

std::string environment(const Settings& settings) {
    return "# The streamer's environment. It may hold passwords: keep it from other users and from version control.\n" +
           variable("DATABASE_URL", settings.database_url) + variable("LOG_URL", settings.log_url) +
           variable("CONTRAIL_CONFIG", "/etc/contrail/contrail.toml");
}

Error cannot_write(const std::filesystem::path& path) {
    return {Retry::never,
            "Cannot write " + path.string() + ": " + std::generic_category().message(errno) +
                ". Correct the folder or its rights, and run the command again: it keeps what it has "
                "written."};
}

}  // namespace

std::vector<ProjectFile> project_files(const Settings& settings, Supervisor supervisor) {
    const std::string name = supervisor == Supervisor::systemd ? "contrail-streamer.service" : "compose.yaml";
    return {{.name = "contrail.toml", .text = configuration(settings)},
            {.name = "streamer.env", .text = environment(settings), .secret = true},
            {.name = name, .text = embedded(name)}};
}

std::vector<std::string> next_commands(const std::filesystem::path& folder, const Settings& settings,
                                       Supervisor supervisor) {
    const auto file = [&](const char* name) { return shell_word(folder / name); };
    const std::string start =
        supervisor == Supervisor::systemd
            ? "sudo install -D -m 600 " + file("streamer.env") +
                  " /etc/contrail/streamer.env && sudo install -m 644 " + file("contrail.toml") +
                  " /etc/contrail/ && sudo install -m 644 " + file("contrail-streamer.service") +
                  " /etc/systemd/system/ && sudo systemctl enable --now contrail-streamer"
            : "docker compose -f " + file("compose.yaml") + " up --detach";
    const std::string with_environment = "(set -a; . " + file("streamer.env") + "; ";
    const std::string staging = "SELECT " + postgres::quoted_schema(settings.schema) +
                                R"(.stage('create', 'ride', '{"id": 1}', key => '1'))";
    return {start, with_environment + "psql \"$DATABASE_URL\" -c " + shell_word(staging) + ")",
            with_environment + "contrail --config " + file("contrail.toml") + " tail)"};
}

bool write_new(const std::filesystem::path& folder, const ProjectFile& file) {
    const std::filesystem::path path = folder / file.name;
    const base::FileDescriptor output(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file.secret ? 0600 : 0644));
    if (output.get() < 0 && errno == EEXIST) return false;
    if (output.get() < 0) throw cannot_write(path);
    for (std::string_view rest = file.text; !rest.empty();) {
        const ssize_t written = ::write(output.get(), rest.data(), rest.size());
        if (written < 0) {
            const Error error = cannot_write(path);
            ::unlink(path.c_str());
            throw error;
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace contrail::operations::init
