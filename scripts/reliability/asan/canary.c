// Faults that the sanitizers must see. If one goes unseen, a clean run means nothing.
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static void *volatile kept;

__attribute__((constructor)) static void fail(void)
{
	const char *fault = getenv("CANARY");
	if (!fault)
		return;
	if (strcmp(fault, "overflow") == 0) {
		volatile char *bytes = malloc(8);
		bytes[8] = 1;
	} else if (strcmp(fault, "undefined") == 0) {
		volatile int most = INT_MAX;
		most = most + 1;
	} else if (strcmp(fault, "leak") == 0) {
		kept = malloc(1234);
		kept = NULL;
	}
}
