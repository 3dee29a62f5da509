using Spectre.Console;

namespace Gdpr.Tool.Terminals;

/// <summary>Shows how far the reading of a file has come, where a person waits for it.</summary>
internal static class Progress
{
    /// <summary>Runs a piece of work.</summary>
    /// <param name="terminal">The terminal.</param>
    /// <param name="title">What the work is.</param>
    /// <param name="length">How many bytes there are to read, where it is known.</param>
    /// <param name="work">The work. It tells how many bytes it has read.</param>
    public static void Run(Terminal terminal, string title, long? length, Action<Action<long>> work)
    {
        // With both ends on one screen, the results themselves are the progress.
        if (!terminal.Traits.ErrorIsTerminal || terminal.Traits.OutputIsTerminal || !terminal.Traits.HasAnsi || length is not { } total)
        {
            work(_ => { });
            return;
        }

        terminal.RichError().Progress()
            .AutoClear(enabled: true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask(title, maxValue: Math.Max(1, total));
                work(position => task.Value = position);
            });
    }
}
