/* An application with a loop of its own, and no thread but that: it waits for its own timer and for
 * the host's descriptor, and is told on its own thread.
 *   own_loop HOME PROVIDER WORDS */
#include <patchbay/host.h>

#include <sys/timerfd.h>

#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

struct application {
  int is_done;
  int exit_code;
};

static void on_done(void* user,
                    patchbay_run* run,
                    const patchbay_answer* answer,
                    const patchbay_error* error) {
  struct application* mine = user;
  (void)run;
  mine->is_done = 1;
  mine->exit_code = error == NULL ? 0 : 1;
  if (error != NULL) {
    fprintf(stderr, "%s\n", patchbay_error_message(error));
  } else {
    printf(
        "%llu bytes of %s\n", (unsigned long long)answer->images[0]->size, answer->images[0]->mime);
  }
}

static int fail(patchbay_error* error) {
  fprintf(stderr, "%s\n", patchbay_error_message(error));
  patchbay_error_free(error);
  return 1;
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  struct application mine = {0, 1};
  patchbay_host_options options = PATCHBAY_INIT(patchbay_host_options);
  options.home = argv[1];
  options.threading = PATCHBAY_HOST_YOUR_LOOP;
  patchbay_host_handle* host = NULL;
  patchbay_error* error = patchbay_host_open(&options, &host);
  if (error != NULL) return fail(error);

  patchbay_run_options wanted = PATCHBAY_INIT(patchbay_run_options);
  wanted.operation = PATCHBAY_RUN_IMAGE;
  wanted.provider = argv[2];
  wanted.prompt = argv[3];
  patchbay_observer observer = PATCHBAY_INIT(patchbay_observer);
  observer.user = &mine;
  observer.on_done = on_done;
  error = patchbay_run_submit(host, &wanted, &observer, NULL);
  if (error != NULL) return fail(error);

  const int ticks = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  const struct itimerspec every = {{0, 20000000}, {0, 20000000}};
  timerfd_settime(ticks, 0, &every, NULL);
  unsigned tick_count = 0;
  struct pollfd waits[2] = {{ticks, POLLIN, 0}, {patchbay_host_descriptor(host), POLLIN, 0}};
  while (!mine.is_done) {
    poll(waits, 2, -1);
    if ((waits[0].revents & POLLIN) != 0) {
      uint64_t count = 0;
      if (read(ticks, &count, sizeof count) == (ssize_t)sizeof count) tick_count += (unsigned)count;
    }
    if ((waits[1].revents & POLLIN) != 0) {
      error = patchbay_host_process(host);
      if (error != NULL) return fail(error);
    }
  }
  close(ticks);
  printf("the application went on meanwhile: %s\n", tick_count > 0 ? "yes" : "too short to tell");
  error = patchbay_host_close(host);
  return error != NULL ? fail(error) : mine.exit_code;
}
