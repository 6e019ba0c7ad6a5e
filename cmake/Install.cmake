# Installs the library and `contrail`, so that another project's find_package(contrail) gives it
# contrail::contrail, and with COMPONENTS admin, http or program also contrail::admin and so on;
# tests/package proves that.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(libraries contrail_admin contrail_archive contrail_base contrail_cli contrail_core contrail_http contrail_logging
              contrail_logs contrail_metrics contrail_operations contrail_postgres contrail_redis contrail_status)
if(CONTRAIL_KAFKA)
    list(APPEND libraries contrail_kafka)
endif()
if(CONTRAIL_SHARED)
    include(SharedLibrary)
    contrail_shared_library(${libraries})
else()
    install(TARGETS contrail ${libraries} EXPORT contrail_targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endif()
install(TARGETS contrail_program DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
install(DIRECTORY include/contrail ${PROJECT_BINARY_DIR}/include/contrail
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/contrail)
install(EXPORT contrail_targets NAMESPACE contrail:: DESTINATION ${package_dir})
configure_package_config_file(cmake/contrail-config.cmake.in ${PROJECT_BINARY_DIR}/contrail-config.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/contrail-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/contrail-config.cmake ${PROJECT_BINARY_DIR}/contrail-config-version.cmake
        DESTINATION ${package_dir})
