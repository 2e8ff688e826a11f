package brief

// SetHook lets a test kill the process between two steps of a build.
func (b *Builder) SetHook(f func(step string)) { b.hook = f }
