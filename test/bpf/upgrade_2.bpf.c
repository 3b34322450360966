#define VERSION 2
#include "upgrade.h"
