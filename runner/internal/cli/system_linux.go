package cli

import "syscall"

func init() { signals["SIGSTKFLT"] = syscall.SIGSTKFLT }
