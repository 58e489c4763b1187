/* The smallest program: one image, written to a file.
 *   smallest HOME PROVIDER FILE WORDS */
#include <patchbay/host.h>

#include <stdio.h>

static int fail(patchbay_error* error) {
  fprintf(stderr,
          "%s: %s\n%s\n",
          patchbay_error_name(error),
          patchbay_error_message(error),
          patchbay_error_hint(error));
  patchbay_error_free(error);
  return 1;
}

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  patchbay_host_options options = PATCHBAY_INIT(patchbay_host_options);
  options.home = argv[1];
  patchbay_host_handle* host = NULL;
  patchbay_error* error = patchbay_host_open(&options, &host);
  if (error != NULL) return fail(error);

  patchbay_run_options wanted = PATCHBAY_INIT(patchbay_run_options);
  wanted.operation = PATCHBAY_RUN_IMAGE;
  wanted.provider = argv[2];
  wanted.prompt = argv[4];
  wanted.output = PATCHBAY_OUTPUT_FILE;
  wanted.file = argv[3];
  patchbay_run* run = NULL;
  error = patchbay_host_ask(host, &wanted, &run);
  int exit_code = 0;
  if (error != NULL) {
    exit_code = fail(error);
  } else {
    const patchbay_run_image* image = patchbay_run_answer(run)->images[0];
    printf("%s: %s, %u x %u\n", image->file, image->mime, image->width, image->height);
  }
  patchbay_run_release(run);
  error = patchbay_host_close(host);
  return error != NULL ? fail(error) : exit_code;
}
