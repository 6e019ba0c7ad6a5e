# Warnings are ours, not our users': an interface target that is linked privately and never exported.
option(CONTRAIL_WARNINGS_AS_ERRORS "Fail the build at a warning" OFF)

add_library(contrail_warnings INTERFACE)
target_compile_options(contrail_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
    -Wold-style-cast -Wcast-qual -Wformat=2 -Wimplicit-fallthrough
    $<$<BOOL:${CONTRAIL_WARNINGS_AS_ERRORS}>:-Werror>)
