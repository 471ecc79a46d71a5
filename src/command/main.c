#define _POSIX_C_SOURCE 200809L

#include "command.h"

#include <unistd.h>

static const char help[] =
    "wye: which route does a request take?\n"
    "\n"
    "usage: wye match FILE METHOD [PATH...]     look paths up\n"
    "       wye list FILE                       print the routes\n"
    "       wye tree FILE [--format=text|dot]   draw the routes\n"
    "       wye check FILE                      print every problem of the file\n"
    "       wye --help | --version\n"
    "\n"
    "FILE is a route file, or the image of a table; `-` is standard input.\n"
    "A route file has one route a line, and blanks between its fields:\n"
    "\n"
    "    METHOD [host]pattern [name]\n"
    "\n"
    "METHOD `*` is any method. A field that begins with `#` begins a comment. Blanks end a\n"
    "field, so a space in a pattern is written %20. Handler ids count the routes of the file,\n"
    "from 0.\n"
    "\n"
    "Options of the table, for each command; an image brings its own:\n"
    "\n"
    "    --trailing-slash=strict|redirect|ignore   whether a last slash more or less matters\n"
    "    --clean-path                              redirect to the cleaned path if that matches\n"
    "    --ignore-case                             letters of patterns match in either case\n"
    "    --max-path=BYTES                          of a path: 1 to 65535, 8192 without it\n"
    "\n"
    "match looks up each PATH or, without one, each line of standard input as it comes. A PATH\n"
    "that is an absolute URL is looked up with its host; other paths see only routes without one.\n"
    "For each PATH it prints one line, with tabs between its fields:\n"
    "\n"
    "    ok                  handler id, [host]pattern, name=value for each parameter\n"
    "    not-found\n"
    "    method-not-allowed  the methods that would be served\n"
    "    redirect            where to\n"
    "    bad-path            it neither begins with `/` nor is an absolute URL\n"
    "    path-too-long       the path has more bytes than --max-path\n"
    "\n"
    "A value is raw: as the path has it, not decoded.\n"
    "list prints handler id, method, [host]pattern and, where there is one, the route's name.\n"
    "tree prints the hosts and, below each, one line for each segment in match order, with the\n"
    "method, handler id and name of the routes that end there; dot is for Graphviz.\n"
    "check prints each problem of FILE with its line number. A route that can never match because\n"
    "of others is a problem. It warns of text that is a parameter in other routers, such as [id].\n"
    "For routes that overlap it prints a path that both match and says which of them it reaches.\n"
    "Neither a warning nor an overlap is a problem. The last line counts them all.\n"
    "Control characters are printed as their escapes (a tab as %09), so a line stays a line.\n"
    "\n"
    "Exit code: 0, fine; 1, a path took no route, or check found a problem; 2, wrong usage, or\n"
    "a file that cannot be read or, for match, list and tree, has a problem.\n";

/* ------------------------------------------------------------------ options */

#define BAD_MAX_PATH "must be a number of bytes from 1 to 65535"

/* Stores an option's value. Returns an exit code. */
typedef int take_value(struct settings *settings, const char *option, const char *value);

static int take_slash(struct settings *settings, const char *option, const char *value) {
  static const char *const names[] = {"strict", "redirect", "ignore"};
  for (uint8_t i = 0; i < 3; i++)
    if (strcmp(value, names[i]) == 0) return settings->table.trailing_slash = i, FINE;
  return usage(option, "unknown; write strict, redirect or ignore");
}

static int take_clean(struct settings *settings, const char *option, const char *value) {
  (void)option, (void)value;
  settings->table.clean_path = 1;
  return FINE;
}

static int take_case(struct settings *settings, const char *option, const char *value) {
  (void)option, (void)value;
  settings->table.case_insensitive = 1;
  return FINE;
}

static int take_max_path(struct settings *settings, const char *option, const char *value) {
  uint32_t bytes = 0;
  for (const char *at = value; *at; at++) {
    if (*at < '0' || *at > '9' || bytes > WYE_MAX_PATH) return usage(option, BAD_MAX_PATH);
    bytes = bytes * 10 + (uint32_t)(*at - '0');
  }
  if (bytes == 0 || bytes > WYE_MAX_PATH) return usage(option, BAD_MAX_PATH);
  settings->table.max_path = bytes;
  return FINE;
}

static int take_format(struct settings *settings, const char *option, const char *value) {
  if (strcmp(value, "text") != 0 && strcmp(value, "dot") != 0) return usage(option, "unknown; write text or dot");
  settings->format = value;
  return FINE;
}

static const struct option {
  const char *name;
  bool has_value, for_table;
  take_value *take;
} options[] = {
    {"--trailing-slash", true, true, take_slash}, {"--clean-path", false, true, take_clean},
    {"--ignore-case", false, true, take_case},    {"--max-path", true, true, take_max_path},
    {"--format", true, false, take_format},
};

static const struct option *find_option(const char *text, size_t length) {
  for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
    if (strlen(options[i].name) == length && memcmp(options[i].name, text, length) == 0) return &options[i];
  return NULL;
}

/* ------------------------------------------------------------------ arguments */

struct command {
  const char *name, *form;
  int least, most; /* arguments after the name; most < 0: any number */
  bool has_format;
  int (*run)(const struct settings *settings, int count, char **args);
};

static const struct command commands[] = {
    {"match", "needs FILE METHOD [PATH...]", 2, -1, false, match},
    {"list", "needs FILE, and nothing more", 1, 1, false, list},
    {"tree", "needs FILE, and nothing more", 1, 1, true, tree},
    {"check", "needs FILE, and nothing more", 1, 1, false, check},
};

static const struct command *find_command(const char *name) {
  for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
    if (strcmp(commands[i].name, name) == 0) return &commands[i];
  return NULL;
}

/* Takes the option at args[*at]; its value may be the argument after it. */
static int take_option(const struct command *command, struct settings *settings, int count, char **args, int *at) {
  const char *text = args[*at], *equals = strchr(text, '=');
  const struct option *option = find_option(text, equals ? (size_t)(equals - text) : strlen(text));
  if (!option || (!option->for_table && !command->has_format))
    return usage(text, "no such option; for a file, write ./ before its name");
  if (equals && !option->has_value) return usage(text, "takes no value");
  if (option->has_value && !equals && ++*at == count) return usage(text, "needs a value");
  if (option->for_table) settings->table_option = option->name;
  return option->take(settings, text, equals ? equals + 1 : args[*at]);
}

static bool asks_help(const char *text) { return strcmp(text, "--help") == 0 || strcmp(text, "-h") == 0; }

static int say(const char *text) {
  put_text(&out, text);
  return FINE;
}

/* Options may appear anywhere among the other arguments, but not after `--`. `args` keeps only the others. */
static int run_command(const struct command *command, int count, char **args) {
  struct settings settings = {.table = {0}};
  int others = 0;
  bool ended = false;
  for (int i = 0; i < count; i++) {
    bool is_option = args[i][0] == '-' && args[i][1] && !ended;
    if (!is_option) {
      args[others++] = args[i];
    } else if (strcmp(args[i], "--") == 0) {
      ended = true;
    } else if (asks_help(args[i])) {
      return say(help);
    } else {
      int code = take_option(command, &settings, count, args, &i);
      if (code != FINE) return code;
    }
  }
  if (others < command->least || (command->most >= 0 && others > command->most))
    return usage(command->name, command->form);
  return command->run(&settings, others, args);
}

static int run(int count, char **args) {
  if (count == 0) return usage("no command", "write match, list, tree or check");
  if (asks_help(args[0])) return say(help);
  if (strcmp(args[0], "--version") == 0) return say("wye " WYE_VERSION "\n");
  const struct command *command = find_command(args[0]);
  return command ? run_command(command, count - 1, args + 1) : usage(args[0], "no such command");
}

int main(int argc, char **argv) {
#ifdef __wasi__ /* a host may pass its working directory in PWD; otherwise names are relative to what it lets us see */
  const char *folder = getenv("PWD");
  if (folder) chdir(folder);
#endif
  int code = argc ? run(argc - 1, argv + 1) : TROUBLE;
  flush(&out);
  flush(&err);
  return code;
}
