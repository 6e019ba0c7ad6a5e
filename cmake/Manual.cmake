include(GNUInstallDirs)

# contrail_manual(TARGET): the program of TARGET writes its own manual pages and completions at build time, which are
# installed with it.
function(contrail_manual target)
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}_manual)
    # What the builder's environment sets is no concern of the pages.
    set(run ${CMAKE_COMMAND} -E env --unset=CONTRAIL_CONFIG $<TARGET_FILE:${target}>)
    set(name $<TARGET_FILE_BASE_NAME:${target}>)
    add_custom_command(
        OUTPUT ${folder}/stamp
        COMMAND ${CMAKE_COMMAND} -E rm -rf ${folder}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}/man
        COMMAND ${run} help --manual-pages ${folder}/man
        COMMAND ${run} completion bash > ${folder}/bash
        COMMAND ${run} completion zsh > ${folder}/zsh
        COMMAND ${CMAKE_COMMAND} -E touch ${folder}/stamp
        DEPENDS ${target}
        VERBATIM)
    add_custom_target(${target}_manual ALL DEPENDS ${folder}/stamp)
    install(DIRECTORY ${folder}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
    install(FILES ${folder}/bash RENAME ${name}
            DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT program)
    install(FILES ${folder}/zsh RENAME _${name}
            DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT program)
endfunction()
