using System.Globalization;
using Gdpr.Disposal;
using Gdpr.Tool.Terminals;
using Spectre.Console;

namespace Gdpr.Tool.Commands;

/// <summary>Shows how far a sweep has come, where a person waits for it.</summary>
internal static class SweepProgressDisplay
{
    public static async Task<T> RunAsync<T>(Terminal terminal, Func<IProgress<SweepProgress>?, Task<T>> work)
    {
        if (!terminal.Traits.ErrorIsTerminal || !terminal.Traits.HasAnsi)
        {
            return await work(null).ConfigureAwait(false);
        }

        return await terminal.RichError().Status()
            .StartAsync("Sweeping", context => work(new Shown(context)))
            .ConfigureAwait(false);
    }

    private sealed class Shown(StatusContext context) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) =>
            context.Status = string.Create(CultureInfo.InvariantCulture, $"{Markup.Escape(value.DataSet)}: {value.Done.Records} records disposed of in {value.Done.Batches} batches");
    }
}
