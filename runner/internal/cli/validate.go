package cli

import (
	"github.com/spf13/pflag"
)

func validateFlags(s *session, f *pflag.FlagSet) {
	f.StringArrayVar(&s.options.run.vars, "var", nil, "override a configuration value: `KEY[:TYPE]=VALUE`; may be repeated")
}

func validate(s *session, args []string) error {
	if err := one(args, "validate", "an experiment"); err != nil {
		return err
	}
	o := s.options.run
	for _, v := range o.vars {
		if err := o.overrides.AddVar(v); err != nil {
			return err
		}
	}
	log := s.console.log(s.options.verbose)
	if _, err := s.load(trial{source: args[0], options: o, environment: s.world.Environment, log: log}); err != nil {
		return err
	}
	log.Info("experiment syntax and semantic look valid")
	return nil
}
