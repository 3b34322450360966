#define VERSION 1
#include "upgrade.h"
