using System.Text.Json.Nodes;

namespace Gdpr.Tool.Corpus;

/// <summary>Decides the cases of a corpus and compares.</summary>
internal static class CorpusRun
{
    private static readonly Dictionary<string, Func<CorpusCase, ValueTask<JsonObject>>> Kinds = new(StringComparer.Ordinal)
    {
        ["deadline"] = one => ValueTask.FromResult(TimeCases.Deadline(one)),
        ["hours"] = one => ValueTask.FromResult(TimeCases.Hours(one)),
        ["bookkeeping"] = one => ValueTask.FromResult(TimeCases.Bookkeeping(one)),
        ["holiday"] = one => ValueTask.FromResult(TimeCases.Holiday(one)),
        ["retention"] = one => ValueTask.FromResult(RetentionCases.Decide(one)),
        ["identifier"] = one => ValueTask.FromResult(IdentifierCases.Normalise(one)),
        ["processing"] = one => ValueTask.FromResult(ProcessingCases.Decide(one)),
        ["consent"] = ConsentCases.DecideAsync,
        ["child-consent"] = one => ValueTask.FromResult(ConsentCases.Child(one)),
        ["transfer"] = one => ValueTask.FromResult(TransferCases.Decide(one)),
        ["breach"] = BreachCases.DecideAsync,
        ["rights"] = one => ValueTask.FromResult(RightsCases.Decide(one)),
    };

    /// <summary>Decides a case.</summary>
    /// <exception cref="BadInputException">The case cannot be used.</exception>
    public static async ValueTask<CorpusResult> DecideAsync(CorpusCase one)
    {
        if (!Kinds.TryGetValue(one.Kind, out var decide))
        {
            throw one.Bad($"its kind '{one.Kind}' is not known: use one of {string.Join(", ", Kinds.Keys.Order(StringComparer.Ordinal))}");
        }

        var actual = await decide(one).ConfigureAwait(false);
        return new CorpusResult(one.File, one.Id, one.Law,
        [
            .. one.Expect.Where(expected => !JsonNode.DeepEquals(expected.Value, actual[expected.Key]))
                .Select(expected => $"{expected.Key}: expected {Text(expected.Value)}, decided {Text(actual[expected.Key])}"),
        ]);
    }

    private static string Text(JsonNode? node) => node?.ToJsonString() ?? "nothing";
}

/// <summary>What came of a case.</summary>
/// <param name="File">Its file.</param>
/// <param name="Id">Its id.</param>
/// <param name="Law">The article or paragraph that the decision follows from.</param>
/// <param name="Differences">Each member that is otherwise than expected; none where all is as expected.</param>
internal sealed record CorpusResult(string File, string Id, string Law, IReadOnlyList<string> Differences);
