#define _POSIX_C_SOURCE 200809L

#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

bool is_stdin(const char *name) { return strcmp(name, "-") == 0; }

struct text shown(const char *name) { return text_of(is_stdin(name) ? "<stdin>" : name); }

static _Noreturn void unreadable(const char *name) {
  switch (errno) {
  case ENOENT: die(name, "no such file");
  case EPERM:
  case EACCES: die(name, "permission denied");
  case EISDIR: die(name, "is a directory");
  default: die(name, "cannot be read");
  }
}

/*
 * Some hosts open a directory, and fail in different ways when it is read; and some take an empty name for the current
 * directory. Both are checked here.
 */
static int open_file(const char *name) {
  struct stat about;
  if (!*name) die(name, "no such file");
  int fd = is_stdin(name) ? STDIN_FILENO : open(name, O_RDONLY);
  if (fd < 0) unreadable(name);
  if (fstat(fd, &about) == 0 && S_ISDIR(about.st_mode)) {
    errno = EISDIR;
    unreadable(shown(name).bytes);
  }
  return fd;
}

size_t read_some(const char *name, int fd, char *to, size_t capacity) {
  ssize_t length = read(fd, to, capacity);
  if (length < 0) unreadable(shown(name).bytes);
  return (size_t)length;
}

struct text read_file(const char *name) {
  int fd = open_file(name);
  size_t capacity = 65536, length = 0;
  char *bytes = grown(NULL, capacity);
  for (size_t part; (part = read_some(name, fd, bytes + length, capacity - length)); length += part)
    if (length + part == capacity) bytes = grown(bytes, capacity *= 2);
  if (fd != STDIN_FILENO) close(fd);
  return (struct text){bytes, length};
}
