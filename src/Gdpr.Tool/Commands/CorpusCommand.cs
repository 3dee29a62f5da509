using System.CommandLine;
using Gdpr.Tool.Corpus;
using Gdpr.Tool.Terminals;

namespace Gdpr.Tool.Commands;

/// <summary><c>gdpr corpus</c>: decides the cases of a corpus, and tells where a decision is another than expected.</summary>
internal static class CorpusCommand
{
    public static Command Create(Terminal terminal)
    {
        var paths = new Argument<string[]>("corpus")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "Files of cases, or folders of them; without any, the library's own.",
        };
        var output = CommandLine.Output("text", "json");
        var command = new Command("corpus", "Decides cases, facts with the decision that the law asks for, and tells what differs.") { paths, output };
        command.SetAction(parsed => RunAsync(terminal, parsed.GetValue(paths) ?? [], parsed.GetRequiredValue(output)));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, string[] paths, string output)
    {
        var results = new List<CorpusResult>();
        foreach (var one in paths.Length > 0 ? CorpusFile.Read(paths) : CorpusFile.ReadOwn())
        {
            results.Add(await CorpusRun.DecideAsync(one).ConfigureAwait(false));
        }

        CorpusResult[] different = [.. results.Where(result => result.Differences.Count > 0)];
        if (output == "json")
        {
            terminal.Out.WriteLine(ToolJson.Write(new CorpusReport(results.Count, different), ToolJson.Default.CorpusReport));
        }
        else
        {
            foreach (var result in different)
            {
                terminal.Out.WriteLine($"{PrintableText.Of(result.File)} {PrintableText.Of(result.Id)} ({PrintableText.Of(result.Law)}): {PrintableText.Of(string.Join("; ", result.Differences))}");
            }

            terminal.Out.WriteLine($"{results.Count} cases, {different.Length} decided otherwise.");
        }

        return different.Length > 0 ? ExitCode.Findings : ExitCode.Done;
    }
}

/// <summary>What <c>gdpr corpus --output json</c> writes.</summary>
/// <param name="Cases">How many cases were decided.</param>
/// <param name="Different">Those decided otherwise than expected.</param>
internal sealed record CorpusReport(int Cases, IReadOnlyList<CorpusResult> Different);
