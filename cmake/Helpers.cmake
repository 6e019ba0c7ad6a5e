# contrail_library(NAME SOURCES ... [PUBLIC ...] [PRIVATE ...]): a static library, one box of the design.
function(contrail_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE $<BUILD_INTERFACE:contrail_warnings> ${ARG_PRIVATE})
endfunction()

# contrail_program(NAME SOURCES ... LINK ...): an executable in build/<preset>/bin.
function(contrail_program name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${name} PRIVATE contrail_warnings ${ARG_LINK})
endfunction()

# contrail_test(NAME SOURCES ... LINK ... [ARGS ...] [SECONDS n]): a GoogleTest program, run by ctest as one test, so
# that its servers are started once. SECONDS says about how long a long one takes: ctest --parallel starts the longest
# first, or the last one would run alone.
function(contrail_test name)
    cmake_parse_arguments(ARG "" "SECONDS" "SOURCES;LINK;ARGS" ${ARGN})
    contrail_program(${name} SOURCES ${ARG_SOURCES} LINK ${ARG_LINK} GTest::gmock)
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=1 ${ARG_ARGS})
    if(ARG_SECONDS)
        set_tests_properties(${name} PROPERTIES COST ${ARG_SECONDS})
    endif()
endfunction()

# contrail_embed(TARGET NAMESPACE FILES ...): compiles text files into TARGET. The header
# `<target>_embedded.hpp` declares, in NAMESPACE, a table of their names and contents.
function(contrail_embed target namespace)
    set(source ${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded.cpp)
    set(header ${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded.hpp)
    list(JOIN ARGN "," files)
    add_custom_command(
        OUTPUT ${source} ${header}
        COMMAND ${CMAKE_COMMAND} -DSOURCE=${source} -DHEADER=${header} -DNAMESPACE=${namespace}
                "-DFILES=${files}" -P ${PROJECT_SOURCE_DIR}/cmake/Embed.cmake
        DEPENDS ${ARGN} ${PROJECT_SOURCE_DIR}/cmake/Embed.cmake
        VERBATIM)
    target_sources(${target} PRIVATE ${source} ${header})
    target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
endfunction()
