using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Files.Sources;

/// <summary>The facts beside the records, as their file holds them.</summary>
/// <param name="Position">The position in the journal that was stated last.</param>
/// <param name="Entry">Its entry.</param>
/// <param name="Facts">The facts.</param>
/// <param name="Sum">What identifies the facts that were put. Where it is another than that of the facts, or missing, somebody else changed them. It is no secret, and
/// keeps nobody out who may write here: it finds what was deleted, edited or exchanged.</param>
internal sealed record FactsFile(long Position, string Entry, IReadOnlyList<FactLine> Facts, string? Sum = null)
{
    public static FactsFile Empty { get; } = new FactsFile(0, default(Digest).ToString(), []).AsPut();

    /// <summary>The data sets for which facts were put last: another host may have others under the source's name. <see langword="null"/> where nobody has said so.</summary>
    public IReadOnlyList<string>? DataSets { get; init; }

    /// <summary>The position stated last.</summary>
    [JsonIgnore]
    public JournalPosition Stated => new(Position, Digest.Parse(Entry));

    /// <summary>How far they reflect the journal: not at all where somebody else changed them.</summary>
    [JsonIgnore]
    public JournalPosition Reflects => IsAsPut ? Stated : JournalPosition.None;

    /// <summary>How far those of a data set do: not at all where none were put for it.</summary>
    public JournalPosition ReflectsFor(string dataSet) => DataSets?.Contains(dataSet, StringComparer.Ordinal) == false ? JournalPosition.None : Reflects;

    private bool IsAsPut => Sum == SumOf(Facts);

    /// <summary>Other facts, put by the source. Where somebody else has changed what was there, that stays so until all are put again.</summary>
    public FactsFile With(IEnumerable<FactLine> facts)
    {
        FactLine[] lines = [.. facts];
        return this with { Facts = lines, Sum = IsAsPut ? SumOf(lines) : null };
    }

    /// <summary>The same, taken for what was put: before all facts are put again.</summary>
    public FactsFile AsPut() => this with { Sum = SumOf(Facts) };

    private static string SumOf(IReadOnlyList<FactLine> facts) =>
        Digest.Of(JsonSerializer.SerializeToUtf8Bytes(facts, FileJson.Default.IReadOnlyListFactLine)).ToString();
}

/// <summary>One fact. Of people nothing is kept but that it is about some: files are not told apart by person.</summary>
internal sealed record FactLine(
    string Id, string DataSet, FactScope Scope, IReadOnlyList<string>? Records, RecordFlags? Flag, PurposeFact? About, string? Purpose, bool Unknown)
{
    public static FactLine Of(FactChange change)
    {
        var fact = change.Fact!;
        var (scope, records) = change.Target switch
        {
            FactTarget.Everything => (FactScope.All, default(IReadOnlyList<string>)),
            FactTarget.Subjects => (FactScope.Subjects, null),
            FactTarget.Records named => (FactScope.Records, named.NativeKeys),
            _ => throw new InvalidOperationException("A target has three cases."),
        };
        return new FactLine(
            change.Id, change.DataSet, scope, records, fact.PurposeFact is null ? fact.Flag : null, fact.PurposeFact, fact.Purpose,

            // Whether a person is in a file is not known, so neither is whether the fact is about it.
            fact.IsUnknown || scope == FactScope.Subjects);
    }

    public RecordFact ToFact() => (About, Purpose, Flag) switch
    {
        ({ } about, { } purpose, null) => RecordFact.Of(about, purpose, Unknown),
        (null, null, { } flag) => RecordFact.Of(flag, Unknown),
        _ => throw new FormatException("A fact is neither a flag nor about a purpose."),
    };
}

/// <summary>What a fact is about.</summary>
internal enum FactScope
{
    All,
    Subjects,
    Records,
}

/// <summary>A batch: what is to be erased, before; what was erased, afterwards and without the keys.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="DataSet">The data set.</param>
/// <param name="Number">The batch's number in the plan.</param>
/// <param name="Rows">The records.</param>
/// <param name="IsTaken">Whether exactly these records have been taken out of the data, but for those that go back; before, each of them may have been.</param>
internal sealed record BatchFile(string Plan, string DataSet, int Number, IReadOnlyList<BatchRow> Rows, bool IsTaken = false)
{
    public BatchEvidence ToEvidence() => new(Plan, DataSet, Number, [.. Rows.Select(row => row.ToEvidence())])
    {
        NativeKeys = [.. Rows.Select(row => row.Key).OfType<string>()],
    };
}

/// <summary>A record of a batch.</summary>
internal sealed record BatchRow(string? Key, string KeyId, string Record, string Rule, string Reason)
{
    /// <summary>By which number it is known once it is out of the data. <see langword="null"/> in the evidence.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Place { get; init; }

    /// <summary>Whether it could not be erased, and goes back into the data.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool GoesBack { get; init; }

    public static BatchRow Of(RecordNames names, string key, FateDecision decision, int place)
    {
        var name = names.Of(key);
        return new BatchRow(key, name.KeyId, name.Digest.ToString(), decision.Rule?.Id ?? "", decision.Reason.Code()) { Place = place };
    }

    /// <summary>The same as what was erased: without its name, which may be personal data, and what it named is gone.</summary>
    public BatchRow AsErased() => AsOutstanding() with { Place = null };

    /// <summary>The same as what is out of the data and not erased yet: without its name, to which it does not go back.</summary>
    public BatchRow AsOutstanding() => this with { Key = null, GoesBack = false };

    public EvidenceRow ToEvidence() => new(new KeyedDigest(KeyId, Digest.Parse(Record)), DisposalKind.Erased, [], Rule, Reason);
}

/// <summary>A record that a batch took out of the data and that is not erased, or not on record as such: the process was killed, or the system refuses to.</summary>
internal sealed record OutstandingRow(string DataSet, BatchRow Row);
