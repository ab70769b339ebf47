"""Maps that navigators suggest for recipes without one."""
