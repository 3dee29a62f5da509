using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>Which terms people have accepted, folded from the journal.</summary>
internal sealed class TermsRegister(IStateStore states, SubjectRegister people)
    : PersonLog<TermsState>("terms", Prefix, "terms-restated", TermsJson.Default.TermsState, states, people)
{
    /// <summary>Data: <see cref="TermsAcceptance"/>.</summary>
    public const string Accepted = "terms-accepted";

    private const string Prefix = "terms/";

    protected override TermsState None => TermsState.None;

    public static string StreamOf(DataSubject subject) => $"{Prefix}{subject.Controller}/{subject.Key}";

    protected override (IReadOnlyList<string> Subjects, Func<TermsState, TermsState> Change)? ChangeOf(JournalEntry entry)
    {
        if (entry.Content is not { Type: Accepted, Subject: { } key })
        {
            return null;
        }

        var line = new TermsLine(EntryData.Read(entry, TermsJson.Default.TermsAcceptance), entry.Position);
        return ([key.ToString()], before => before with { Lines = [.. before.Lines.Where(one => one.Position != line.Position), line] });
    }

    /// <summary>What a restatement leaves out is over.</summary>
    protected override TermsState Join(TermsState one, TermsState other) =>
        one with { Lines = [.. other.Lines, .. one.Lines.Where(line => line.Position > other.StatedUpTo)] };

    /// <summary>What holds between the person and the organisation is what was accepted last; what was before is a proof, and goes with its time.</summary>
    protected override ValueTask<TermsState> StillAsync(DataSubject subject, TermsState state, CancellationToken cancellationToken) => ValueTask.FromResult(
        state with { Lines = [.. state.Lines.Where(line => !state.Lines.Any(later => later.Replaces(line)))] });

    protected override IEnumerable<string> PayloadsOf(TermsState state) => [];

    protected override Instant LastOf(TermsState state) => state.Lines.Select(line => line.Accepted.OccurredAt).DefaultIfEmpty(Instant.MinValue).Max();
}

/// <summary>An acceptance, as it is folded.</summary>
internal sealed record TermsLine(TermsAcceptance Accepted, long Position)
{
    /// <summary>Whether it is of the same document, and came after another.</summary>
    public bool Replaces(TermsLine other) => Accepted.Shown.Document == other.Accepted.Shown.Document
        && (Accepted.OccurredAt, Position).CompareTo((other.Accepted.OccurredAt, other.Position)) > 0;
}

/// <summary>What a person has accepted, in the order in which it was recorded.</summary>
internal sealed record TermsState(IReadOnlyList<TermsLine> Lines) : PersonLogState
{
    public static TermsState None { get; } = new([]);
}
