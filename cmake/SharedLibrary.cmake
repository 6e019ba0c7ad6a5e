# contrail_shared_library(LIBRARIES...): libcontrail.so.0, made of the objects of these static libraries, and installed
# with the targets that the static ones would export, and with a file for pkg-config.
#
# 0 is the version of the binary interface; docs/upgrading.md says when it rises.
function(contrail_shared_library)
    list(TRANSFORM ARGN REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE objects)
    set(exports ${PROJECT_SOURCE_DIR}/cmake/libcontrail.map)
    add_library(contrail_shared SHARED ${objects})
    set_target_properties(contrail_shared PROPERTIES
        OUTPUT_NAME contrail EXPORT_NAME contrail VERSION ${PROJECT_VERSION} SOVERSION 0
        LINKER_LANGUAGE CXX LINK_DEPENDS ${exports})
    target_link_options(contrail_shared PRIVATE -Wl,--version-script=${exports} -Wl,--no-undefined -Wl,--as-needed)
    # What the static libraries need comes with them; their archives themselves add nothing.
    target_link_libraries(contrail_shared PRIVATE ${ARGN})
    target_include_directories(contrail_shared INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

    # The parts differ only in the headers that theirs include.
    foreach(part admin http program)
        add_library(contrail_shared_${part} INTERFACE)
        set_target_properties(contrail_shared_${part} PROPERTIES EXPORT_NAME ${part})
        target_link_libraries(contrail_shared_${part} INTERFACE contrail_shared)
        list(APPEND parts contrail_shared_${part})
    endforeach()
    target_link_libraries(contrail_shared_http INTERFACE Boost::headers Threads::Threads)
    target_link_libraries(contrail_shared_program INTERFACE CLI11::CLI11)
    install(TARGETS contrail_shared ${parts} EXPORT contrail_targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})

    configure_file(cmake/contrail.pc.in ${PROJECT_BINARY_DIR}/contrail.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/contrail.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()
