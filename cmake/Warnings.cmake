# Warnings are ours, not our users': an interface target that is linked privately and never exported.
option(CONTRAIL_WARNINGS_AS_ERRORS "Fail the build at a warning" OFF)

add_library(contrail_warnings INTERFACE)
target_compile_options(contrail_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
    -Wold-style-cast -Wcast-qual -Wformat=2 -Wimplicit-fallthrough
    # In a unity build every source is an included file, in which gcc takes anonymous namespaces for a mistake.
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:${CMAKE_UNITY_BUILD}>>:-Wno-subobject-linkage>
    $<$<BOOL:${CONTRAIL_WARNINGS_AS_ERRORS}>:-Werror>)
