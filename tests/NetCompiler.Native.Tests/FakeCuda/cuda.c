/*
 * A library with the functions of CUDA's driver that the runtime calls, for machines without one. It keeps memory in the process and runs
 * no kernel: Network of samples/DigitsAot, the only one, writes that every picture shows a 7. What FAKE_CUDA_* in the environment say fails.
 * All is done when it is asked for, whatever stream it is of; FAKE_CUDA_TRACE names a file for what was asked for, of which stream.
 *
 * The signatures are written down here once more, as the driver's interface is known; no part of NVIDIA's header is used. Most of them were
 * compared with published copies of it by eye.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int CUresult;
typedef int CUdevice;
typedef unsigned long long CUdeviceptr;
typedef struct Context { int device; } *CUcontext;
typedef struct Stream { int number, is_capturing; struct Graph *graph; } *CUstream;
typedef struct Event { int number; CUstream stream; } *CUevent;
typedef struct Module { char *text; } *CUmodule;
typedef struct Function { char name[64]; } *CUfunction;
typedef struct Launch { CUfunction function; unsigned long long output; int count; } Launch;
typedef struct Graph { Launch launches[64]; int length; } *CUgraph;
typedef struct Graph *CUgraphExec;

enum { SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, INVALID_PTX = 218, NOT_FOUND = 500, TOO_MANY_RESOURCES = 701, CAPTURE = 900 };

static struct Context primary;
static int held, launched, replayed;
/* Of streams and events: how many there are, and how many were made since there was none. */
static struct { int held, made; } streams, events;

static int number(const char *variable, int otherwise) {
    const char *text = getenv(variable);
    return text ? atoi(text) : otherwise;
}

static int refuses(const char *what) {
    const char *text = getenv("FAKE_CUDA_REFUSES");
    return text && strcmp(text, what) == 0;
}

__attribute__((format(printf, 1, 2))) static void trace(const char *format, ...) {
    const char *path = getenv("FAKE_CUDA_TRACE");
    FILE *file = path ? fopen(path, "a") : NULL;
    if (!file)
        return;
    va_list arguments;
    va_start(arguments, format);
    vfprintf(file, format, arguments);
    va_end(arguments);
    fclose(file);
}

__attribute__((destructor)) static void report(void) {
    const char *path = getenv("FAKE_CUDA_LOG");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file)
        return;
    fprintf(file, "held=%d launched=%d replayed=%d\n", held, launched, replayed);
    fclose(file);
}

CUresult cuDriverGetVersion(int *version) {
    *version = number("FAKE_CUDA_VERSION", 12040);
    return SUCCESS;
}

CUresult cuInit(unsigned int flags) { return flags == 0 ? SUCCESS : INVALID_VALUE; }

CUresult cuGetErrorString(CUresult error, const char **text) {
    *text = error == INVALID_PTX ? "a PTX JIT compilation failed"
        : error == TOO_MANY_RESOURCES ? "too many resources requested for launch" : "an error";
    return SUCCESS;
}

CUresult cuDeviceGetCount(int *count) {
    *count = number("FAKE_CUDA_DEVICES", 1);
    return SUCCESS;
}

CUresult cuDeviceGet(CUdevice *device, int ordinal) {
    *device = ordinal;
    return SUCCESS;
}

CUresult cuDeviceGetName(char *name, int length, CUdevice device) {
    snprintf(name, (size_t)length, "fake GPU %d", device);
    return SUCCESS;
}

CUresult cuDeviceGetAttribute(int *value, int attribute, CUdevice device) {
    (void)device;
    if (attribute != 75 && attribute != 76)
        return INVALID_VALUE;
    *value = attribute == 75 ? number("FAKE_CUDA_CAPABILITY", 8) : 0;
    return SUCCESS;
}

CUresult cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device) {
    primary.device = device;
    *context = &primary;
    held++;
    return SUCCESS;
}

CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device) {
    held--;
    return device == primary.device ? SUCCESS : INVALID_VALUE;
}

CUresult cuCtxSetCurrent(CUcontext context) { return context == &primary ? SUCCESS : INVALID_VALUE; }

CUresult cuModuleLoadDataEx(CUmodule *module, const void *image, unsigned int count, int *options, void **values) {
    if (!strstr(image, ".version") || !strstr(image, ".visible .entry Network"))
        return INVALID_PTX;
    if (refuses("module")) {
        for (unsigned int i = 0; i < count; i++) {
            if (options[i] == 5)
                snprintf(values[i], (size_t)(uintptr_t)values[i + 1], "line 7: unknown symbol");
        }

        return INVALID_PTX;
    }

    *module = malloc(sizeof(**module));
    held++;
    return SUCCESS;
}

CUresult cuModuleUnload(CUmodule module) {
    free(module);
    held--;
    return SUCCESS;
}

CUresult cuModuleGetFunction(CUfunction *function, CUmodule module, const char *name) {
    (void)module;
    if (refuses("function"))
        return NOT_FOUND;
    *function = calloc(1, sizeof(**function));
    strncpy((*function)->name, name, sizeof((*function)->name) - 1);
    return SUCCESS;
}

CUresult cuMemAlloc_v2(CUdeviceptr *memory, size_t bytes) {
    if (bytes == 0)
        return INVALID_VALUE;
    *memory = (CUdeviceptr)(uintptr_t)malloc(bytes);
    memset((void *)(uintptr_t)*memory, 0xFF, bytes);
    held++;
    return SUCCESS;
}

CUresult cuMemFree_v2(CUdeviceptr memory) {
    free((void *)(uintptr_t)memory);
    held--;
    return SUCCESS;
}

/* Page-locked memory. */
static struct { char *memory; size_t bytes; } locked[16];

CUresult cuMemAllocHost_v2(void **memory, size_t bytes) {
    int free_one = 0;
    if (bytes == 0)
        return INVALID_VALUE;
    while (free_one < 16 && locked[free_one].memory)
        free_one++;
    if (free_one == 16 || refuses("locked"))
        return OUT_OF_MEMORY;
    *memory = locked[free_one].memory = aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
    locked[free_one].bytes = bytes;
    held++;
    return SUCCESS;
}

CUresult cuMemFreeHost(void *memory) {
    for (int i = 0; i < 16; i++) {
        if (locked[i].memory != memory)
            continue;
        locked[i].memory = NULL;
        free(memory);
        held--;
        return SUCCESS;
    }

    return INVALID_VALUE;
}

static const char *kind(const char *memory, size_t bytes) {
    for (int i = 0; i < 16; i++) {
        if (locked[i].memory && memory >= locked[i].memory && memory + bytes <= locked[i].memory + locked[i].bytes)
            return "locked";
    }

    return "pageable";
}

CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t bytes, CUstream stream) {
    if (!stream || stream->is_capturing)
        return CAPTURE;
    memcpy((void *)(uintptr_t)to, from, bytes);
    trace("%d: up %zu, %s\n", stream->number, bytes, kind(from, bytes));
    return SUCCESS;
}

CUresult cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, size_t bytes, CUstream stream) {
    if (!stream || stream->is_capturing)
        return CAPTURE;
    memcpy(to, (void *)(uintptr_t)from, bytes);
    trace("%d: down %zu, %s\n", stream->number, bytes, kind(to, bytes));
    return SUCCESS;
}

CUresult cuMemsetD8Async(CUdeviceptr memory, unsigned char value, size_t bytes, CUstream stream) {
    memset((void *)(uintptr_t)memory, value, bytes);
    return stream ? SUCCESS : INVALID_VALUE;
}

CUresult cuStreamCreate(CUstream *stream, unsigned int flags) {
    *stream = calloc(1, sizeof(**stream));
    (*stream)->number = streams.held++ ? ++streams.made : (streams.made = 1);
    held++;
    return flags == 1 ? SUCCESS : INVALID_VALUE;
}

CUresult cuStreamDestroy_v2(CUstream stream) {
    free(stream);
    streams.held--;
    held--;
    return SUCCESS;
}

CUresult cuStreamSynchronize(CUstream stream) {
    trace("wait for %d\n", stream->number);
    return stream->is_capturing ? CAPTURE : SUCCESS;
}

CUresult cuEventCreate(CUevent *event, unsigned int flags) {
    *event = calloc(1, sizeof(**event));
    (*event)->number = events.held++ ? ++events.made : (events.made = 1);
    held++;
    return flags == 2 ? SUCCESS : INVALID_VALUE;
}

CUresult cuEventRecord(CUevent event, CUstream stream) {
    if (stream->is_capturing)
        return CAPTURE;
    event->stream = stream;
    trace("%d: event %d\n", stream->number, event->number);
    return SUCCESS;
}

CUresult cuStreamWaitEvent(CUstream stream, CUevent event, unsigned int flags) {
    if (stream->is_capturing)
        return CAPTURE;
    trace("%d: wait for event %d\n", stream->number, event->number);
    return flags == 0 && event->stream ? SUCCESS : INVALID_VALUE;
}

CUresult cuEventSynchronize(CUevent event) {
    trace("wait for event %d\n", event->number);
    return event->stream && !event->stream->is_capturing ? SUCCESS : INVALID_VALUE;
}

CUresult cuEventDestroy_v2(CUevent event) {
    free(event);
    events.held--;
    held--;
    return SUCCESS;
}

static void run(Launch launch) {
    launched++;
    if (strcmp(launch.function->name, "Network") != 0)
        return;
    float *output = (float *)(uintptr_t)launch.output;
    for (int i = 0; i < 10 * launch.count; i++)
        output[i] = i % 10 == 7 ? 1.0f : 0.0f;
}

CUresult cuLaunchKernel(CUfunction function, unsigned int grid_x, unsigned int grid_y, unsigned int grid_z, unsigned int block_x,
    unsigned int block_y, unsigned int block_z, unsigned int shared, CUstream stream, void **arguments, void **extra) {
    if (refuses(function->name))
        return TOO_MANY_RESOURCES;
    if (!grid_x || !grid_y || !grid_z || block_x * block_y * block_z > 1024 || shared || extra)
        return INVALID_VALUE;
    Launch launch = { function, 0, 0 };
    /* The pictures, weights and biases of four layers, the probabilities, and how many samples there are. */
    if (strcmp(function->name, "Network") == 0) {
        launch.output = *(unsigned long long *)arguments[9];
        launch.count = *(int *)arguments[10];
    }

    if (stream->is_capturing)
        stream->graph->launches[stream->graph->length++] = launch;
    else
        run(launch);
    trace("%d: %s %s\n", stream->number, stream->is_capturing ? "note" : "launch", function->name);
    return SUCCESS;
}

CUresult cuStreamBeginCapture_v2(CUstream stream, int mode) {
    if (mode != 1 || stream->is_capturing)
        return INVALID_VALUE;
    stream->is_capturing = 1;
    stream->graph = calloc(1, sizeof(*stream->graph));
    held++;
    return SUCCESS;
}

CUresult cuStreamEndCapture(CUstream stream, CUgraph *graph) {
    stream->is_capturing = 0;
    *graph = stream->graph;
    return SUCCESS;
}

CUresult cuGraphInstantiateWithFlags(CUgraphExec *executable, CUgraph graph, unsigned long long flags) {
    *executable = malloc(sizeof(*graph));
    memcpy(*executable, graph, sizeof(*graph));
    held++;
    return flags == 0 ? SUCCESS : INVALID_VALUE;
}

CUresult cuGraphDestroy(CUgraph graph) {
    free(graph);
    held--;
    return SUCCESS;
}

CUresult cuGraphLaunch(CUgraphExec executable, CUstream stream) {
    if (stream->is_capturing)
        return CAPTURE;
    replayed++;
    trace("%d: replay\n", stream->number);
    for (int i = 0; i < executable->length; i++)
        run(executable->launches[i]);
    return SUCCESS;
}

CUresult cuGraphExecDestroy(CUgraphExec executable) {
    free(executable);
    held--;
    return SUCCESS;
}
