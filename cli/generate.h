/* generate.h - the kinds of `flowsched generate`. */
#ifndef CLI_GENERATE_H
#define CLI_GENERATE_H

/* Like commands (command.h): the words after the kind, the exit status. */
int generate_trace(int argc, char **argv);
int generate_network(int argc, char **argv);

#endif
