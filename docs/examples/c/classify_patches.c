/* Probabilities of mel patches from an exported full graph, with libtensorflow's C API alone.
 *
 * gcc -std=c99 -O2 -o classify_patches classify_patches.c -ltensorflow
 * ./classify_patches MODEL.pb PATCHES.f32 N_FRAMES N_BANDS N_CLASSES
 *
 * PATCHES.f32 holds patches of N_FRAMES x N_BANDS float32 values, one after the other, as
 * TensorflowPredictMusiCNN (187 x 96) or TensorflowPredictVGGish (96 x 64) cuts them. A line is
 * written for every patch, with the probability of each class.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The part of tensorflow/c/c_api.h that is needed here; include the header where you have it. */
typedef struct TF_Buffer {
  const void *data;
  size_t length;
  void (*data_deallocator)(void *data, size_t length);
} TF_Buffer;
typedef struct TF_Graph TF_Graph;
typedef struct TF_ImportGraphDefOptions TF_ImportGraphDefOptions;
typedef struct TF_Operation TF_Operation;
typedef struct TF_Output {
  TF_Operation *oper;
  int index;
} TF_Output;
typedef struct TF_Session TF_Session;
typedef struct TF_SessionOptions TF_SessionOptions;
typedef struct TF_Status TF_Status;
typedef struct TF_Tensor TF_Tensor;
enum { TF_OK = 0, TF_FLOAT = 1 };

extern TF_Tensor *TF_AllocateTensor(int type, const int64_t *dims, int num_dims, size_t len);
extern void TF_CloseSession(TF_Session *, TF_Status *);
extern void TF_DeleteGraph(TF_Graph *);
extern void TF_DeleteImportGraphDefOptions(TF_ImportGraphDefOptions *);
extern void TF_DeleteSession(TF_Session *, TF_Status *);
extern void TF_DeleteSessionOptions(TF_SessionOptions *);
extern void TF_DeleteStatus(TF_Status *);
extern void TF_DeleteTensor(TF_Tensor *);
extern int TF_GetCode(const TF_Status *);
extern void TF_GraphImportGraphDef(TF_Graph *, const TF_Buffer *, const TF_ImportGraphDefOptions *,
                                   TF_Status *);
extern TF_Operation *TF_GraphOperationByName(TF_Graph *, const char *name);
extern const char *TF_Message(const TF_Status *);
extern TF_Graph *TF_NewGraph(void);
extern TF_ImportGraphDefOptions *TF_NewImportGraphDefOptions(void);
extern TF_Session *TF_NewSession(TF_Graph *, const TF_SessionOptions *, TF_Status *);
extern TF_SessionOptions *TF_NewSessionOptions(void);
extern TF_Status *TF_NewStatus(void);
extern void TF_SessionRun(TF_Session *, const TF_Buffer *run_options, const TF_Output *inputs,
                          TF_Tensor *const *input_values, int ninputs, const TF_Output *outputs,
                          TF_Tensor **output_values, int noutputs,
                          const TF_Operation *const *targets, int ntargets,
                          TF_Buffer *run_metadata, TF_Status *);
extern size_t TF_TensorByteSize(const TF_Tensor *);
extern void *TF_TensorData(const TF_Tensor *);

static void fail(const char *subject, const char *reason) {
  fprintf(stderr, "%s: %s\n", subject, reason);
  exit(1);
}

static void check(const TF_Status *status, const char *subject) {
  if (TF_GetCode(status) != TF_OK) fail(subject, TF_Message(status));
}

static char *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (!file) fail(path, "cannot be opened");
  fseek(file, 0, SEEK_END);
  *length = (size_t)ftell(file);
  rewind(file);
  char *content = malloc(*length ? *length : 1);
  if (!content || fread(content, 1, *length, file) != *length) fail(path, "cannot be read");
  fclose(file);
  return content;
}

static TF_Graph *load_graph(const char *path, TF_Status *status) {
  TF_Buffer buffer = {0};
  char *content = read_file(path, &buffer.length);
  buffer.data = content;
  TF_Graph *graph = TF_NewGraph();
  TF_ImportGraphDefOptions *options = TF_NewImportGraphDefOptions();
  TF_GraphImportGraphDef(graph, &buffer, options, status);
  check(status, path);
  TF_DeleteImportGraphDefOptions(options);
  free(content);
  return graph;
}

static TF_Output find_node(TF_Graph *graph, const char *name) {
  TF_Output node = {TF_GraphOperationByName(graph, name), 0};
  if (!node.oper) fail(name, "no such node");
  return node;
}

int main(int argc, char **argv) {
  if (argc != 6) fail(argv[0], "needs MODEL.pb PATCHES.f32 N_FRAMES N_BANDS N_CLASSES");
  const int64_t n_frames = atoll(argv[3]), n_bands = atoll(argv[4]);
  const size_t n_classes = (size_t)atoll(argv[5]);
  if (n_frames < 1 || n_bands < 1 || !n_classes) fail(argv[0], "a size is not a positive number");

  TF_Status *status = TF_NewStatus();
  TF_Graph *graph = load_graph(argv[1], status);
  const TF_Output input = find_node(graph, "model/Placeholder");
  const TF_Output output = find_node(graph, "model/Softmax");
  TF_SessionOptions *options = TF_NewSessionOptions();
  TF_Session *session = TF_NewSession(graph, options, status);
  check(status, argv[1]);

  size_t length;
  char *values = read_file(argv[2], &length);
  const size_t patch_bytes = (size_t)(n_frames * n_bands) * sizeof(float);
  if (!length || length % patch_bytes) fail(argv[2], "holds no whole number of patches");
  const int64_t shape[3] = {(int64_t)(length / patch_bytes), n_frames, n_bands};
  TF_Tensor *patches = TF_AllocateTensor(TF_FLOAT, shape, 3, length);
  memcpy(TF_TensorData(patches), values, length);

  TF_Tensor *answer = NULL;
  TF_SessionRun(session, NULL, &input, &patches, 1, &output, &answer, 1, NULL, 0, NULL, status);
  check(status, argv[1]);
  const float *probabilities = TF_TensorData(answer);
  const size_t n_values = TF_TensorByteSize(answer) / sizeof(float);
  if (n_values != (size_t)shape[0] * n_classes) fail(argv[1], "has another number of classes");
  for (size_t i = 0; i < n_values; i++)
    printf("%.9g%c", probabilities[i], (i + 1) % n_classes ? ' ' : '\n');

  TF_DeleteTensor(answer);
  TF_DeleteTensor(patches);
  free(values);
  TF_CloseSession(session, status);
  TF_DeleteSession(session, status);
  TF_DeleteSessionOptions(options);
  TF_DeleteGraph(graph);
  TF_DeleteStatus(status);
  return 0;
}
