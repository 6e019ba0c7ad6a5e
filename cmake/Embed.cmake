# Writes a C++ source and its header that hold text files. Called by contrail_embed() at build time.
string(REPLACE "," ";" FILES "${FILES}")
get_filename_component(header_name ${HEADER} NAME)

list(LENGTH FILES count)
file(WRITE ${HEADER} "#pragma once
#include <array>
#include <string_view>
namespace ${NAMESPACE} {
struct EmbeddedFile { std::string_view name, text; };
extern const std::array<EmbeddedFile, ${count}> embedded_files;
}
")

set(entries "")
foreach(file IN LISTS FILES)
    get_filename_component(name ${file} NAME)
    file(READ ${file} text)
    string(APPEND entries "    EmbeddedFile{\"${name}\", R\"embedded(${text})embedded\"},\n")
endforeach()
file(WRITE ${SOURCE} "#include \"${header_name}\"
namespace ${NAMESPACE} {
const std::array<EmbeddedFile, ${count}> embedded_files{
${entries}};
}
")
