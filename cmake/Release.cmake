# The version's home is project() in CMakeLists.txt; CHANGELOG.md dates it.
# CONTRAIL_RELEASE_DATE: that day. Manual pages bear it, so a build of the same sources writes the same pages on any day.
set(changelog ${CMAKE_CURRENT_SOURCE_DIR}/CHANGELOG.md)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${changelog})
file(STRINGS ${changelog} headings REGEX "^## [0-9.]+ - [0-9-]+$" LIMIT_COUNT 1)
if(NOT headings MATCHES "^## ${PROJECT_VERSION} - ")
    message(FATAL_ERROR "The newest release in ${changelog} is not ${PROJECT_VERSION}, the version in CMakeLists.txt: "
                        "\"${headings}\". Correct one of them.")
endif()
string(REGEX REPLACE "^.* - " "" CONTRAIL_RELEASE_DATE "${headings}")
