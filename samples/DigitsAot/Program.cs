using DigitsAot;

return Command.Run(args);
