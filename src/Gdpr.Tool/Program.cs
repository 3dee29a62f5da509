using Gdpr.Tool;
using Gdpr.Tool.Terminals;

return await GdprCommand.RunAsync(args, ProcessTerminal.Open()).ConfigureAwait(false);
