# Warnings and sanitizers that all of our own code is built with.
add_library(varjoin_options INTERFACE)
target_compile_options(varjoin_options INTERFACE -Wall -Wextra -Wpedantic -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 at -O3 warns falsely inside std::string.
  target_compile_options(varjoin_options INTERFACE -Wno-restrict)
endif()
# Every x86-64 processor since 2011 has SSE4.2; main() says so where one has not. AVX2 is chosen at run time.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(varjoin_options INTERFACE -msse4.2)
endif()
if(VARJOIN_SANITIZE)
  target_compile_options(varjoin_options INTERFACE -fsanitize=${VARJOIN_SANITIZE} -fno-omit-frame-pointer)
  if(VARJOIN_SANITIZE MATCHES "undefined")
    target_compile_options(varjoin_options INTERFACE -fno-sanitize-recover=undefined)
  endif()
  target_link_options(varjoin_options INTERFACE -fsanitize=${VARJOIN_SANITIZE})
endif()

# varjoin_layer(NAME SOURCES… LINKS…): the folder src/NAME as the library target varjoin::NAME.
# Headers are included from src/, as "NAME/file.h".
function(varjoin_layer name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  add_library(varjoin_${name} STATIC ${arg_SOURCES})
  add_library(varjoin::${name} ALIAS varjoin_${name})
  target_include_directories(varjoin_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
  target_link_libraries(varjoin_${name} PUBLIC ${arg_LINKS} PRIVATE varjoin_options)
  if(VARJOIN_SANITIZE)
    target_link_options(varjoin_${name} PUBLIC -fsanitize=${VARJOIN_SANITIZE})
  endif()
endfunction()
