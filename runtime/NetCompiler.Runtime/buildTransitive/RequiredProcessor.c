/*
 * Part of NativeAOT programs for Linux that are compiled for a processor level. The .NET runtime compares what the program was compiled
 * for with what the processor has, and aborts. This does the same comparison before it, says which build would run, and exits.
 * Both names are the runtime's own; where one is missing, its check is left to it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

extern const int g_requiredCpuFeatures __attribute__((weak));
extern int minipal_getcpufeatures(void) __attribute__((weak));

__attribute__((constructor)) static void netcompiler_require_processor(void)
{
    if (!&g_requiredCpuFeatures || !minipal_getcpufeatures)
        return;
    if ((g_requiredCpuFeatures & ~minipal_getcpufeatures()) == 0)
        return;
    fprintf(stderr,
        "%s: this build (NetCompilerAotLevel=" TEXT(NETCOMPILER_AOT_LEVEL) ") needs instructions that this processor lacks; "
        "one for a lower level (v3, v2, none) may run here.\n",
        program_invocation_short_name);
    _exit(1);
}
