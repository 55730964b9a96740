/*
 * Classifies handwritten digits with the library that samples/DigitsNative publishes:
 *
 *   dotnet publish -c Release samples/DigitsNative -o native
 *   gcc -O2 -I native samples/DigitsNative/classify.c native/digits.so -Wl,-rpath,'$ORIGIN/native' -o classify
 *   ./classify digit.pgm …            # 28×28, binary PGM, light ink on black as in MNIST
 *   ./classify --probabilities digit.pgm
 */
#include <stdio.h>
#include <string.h>

#include "digit_net.h"

static int read_picture(const char *path, uint8_t *pixels)
{
    FILE *file = fopen(path, "rb");
    int width = 0, height = 0, limit = 0, complete = 0;
    if (file == NULL) {
        perror(path);
        return 0;
    }
    if (fscanf(file, "P5 %d %d %d", &width, &height, &limit) == 3 && width == 28 && height == 28 && limit == 255 && fgetc(file) != EOF)
        complete = fread(pixels, 1, DIGIT_NET_INPUT_LENGTH, file) == DIGIT_NET_INPUT_LENGTH;
    fclose(file);
    if (!complete)
        fprintf(stderr, "%s: expected a binary PGM of 28x28 pixels and 255 levels\n", path);
    return complete;
}

int main(int count, char **arguments)
{
    int first = 1, status = 0;
    const int probabilities = count > 1 && strcmp(arguments[1], "--probabilities") == 0;
    digit_net *network = digit_net_create();
    if (network == NULL) {
        fprintf(stderr, "%s\n", digit_net_error());
        return 1;
    }
    first += probabilities;
    for (int i = first; i < count; i++) {
        uint8_t pixels[DIGIT_NET_INPUT_LENGTH];
        float outputs[DIGIT_NET_OUTPUT_LENGTH];
        int best = 0;
        if (!read_picture(arguments[i], pixels)) {
            status = 1;
            continue;
        }
        if (digit_net_predict(network, pixels, 1, outputs) != 0) {
            fprintf(stderr, "%s: %s\n", arguments[i], digit_net_error());
            status = 1;
            continue;
        }
        for (int k = 1; k < DIGIT_NET_OUTPUT_LENGTH; k++)
            best = outputs[k] > outputs[best] ? k : best;
        printf("%s: %d (%.1f %%)\n", arguments[i], best, 100 * outputs[best]);
        for (int k = 0; probabilities && k < DIGIT_NET_OUTPUT_LENGTH; k++)
            printf("  %d %a\n", k, outputs[k]);
    }
    digit_net_free(network);
    return status;
}
