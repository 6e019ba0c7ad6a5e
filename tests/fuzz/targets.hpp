#pragma once

#include <array>
#include <string_view>

namespace contrail::fuzz {

// What reads bytes from outside, each fed with any bytes at all. A target may refuse its input as its callers
// expect, with Error or nothing; it aborts if something that must hold does not.

void replies(std::string_view input);    ///< What a Redis answers, in pieces as they come.
void copy_rows(std::string_view input);  ///< Messages of COPY from a PostgreSQL.
void record_ids(
    std::string_view input);            ///< Ids, times and starting places as people and servers write them.
void urls(std::string_view input);      ///< URLs of Redis, PostgreSQL and the API.
void settings(std::string_view input);  ///< A configuration file.
void statuses(std::string_view input);  ///< The status that a program publishes beside the log.
void csv(std::string_view input);       ///< A file of rides.
void forms(std::string_view input);     ///< A form, as bodies and queries hold it.
void parameters(std::string_view input);    ///< The parameters of a request to the API.
void rides(std::string_view input);         ///< The JSON of a ride in a record.
void dead_letters(std::string_view input);  ///< A parked record, as an operator's commands print it.
void cloud_events(std::string_view input);  ///< A record of any writer, as CloudEvents has it.
void archive_lines(
    std::string_view input);  ///< A line and the last bytes of an archive's file, and a record of any writer.
void answers(std::string_view input);       ///< What the program of `contrail consume --exec` writes.
void notes(std::string_view input);         ///< The note of a consumer's owner beside the log.
void redirections(std::string_view input);  ///< Where a node of a Redis Cluster sends its client.

struct Target {
    std::string_view name;  ///< Also of its folder in corpus/.
    void (*run)(std::string_view input);
};

inline constexpr std::array targets{Target{"replies", replies},
                                    Target{"copy_rows", copy_rows},
                                    Target{"record_ids", record_ids},
                                    Target{"urls", urls},
                                    Target{"settings", settings},
                                    Target{"statuses", statuses},
                                    Target{"csv", csv},
                                    Target{"forms", forms},
                                    Target{"parameters", parameters},
                                    Target{"rides", rides},
                                    Target{"dead_letters", dead_letters},
                                    Target{"cloud_events", cloud_events},
                                    Target{"archive_lines", archive_lines},
                                    Target{"answers", answers},
                                    Target{"notes", notes},
                                    Target{"redirections", redirections}};

}  // namespace contrail::fuzz
