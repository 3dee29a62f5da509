using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Processing;

/// <summary>The assessments of new purposes, folded from the journal: one stream per controller and pair of purposes.</summary>
internal sealed class CompatibilityRegister(IStateStore states)
    : StreamRegister<CompatibilityState>("compatibility", "compatibility/", CompatibilityJson.Default.CompatibilityState, states)
{
    public const string Proposed = "compatibility-proposed";
    public const string Decided = "compatibility-decided";
    public const string NoticeGiven = "compatibility-notice-given";

    public static string KeyOf((string Controller, string From, string To) of) => $"{of.Controller}/{of.From}/{of.To}";

    // Each entry says everything.
    public override CompatibilityState After(CompatibilityState? before, JournalEntry entry) =>
        EntryData.Read(entry, CompatibilityJson.Default.CompatibilityState) with
        {
            Version = entry.Version,
            OccurredAt = entry.Content.OccurredAt,
            Factors = entry.Content.Payload?.ToString(),
        };

    public static NewJournalEntry EntryOf(string type, CompatibilityState state) =>
        new(type, state.OccurredAt, JsonSerializer.Serialize(state, CompatibilityJson.Default.CompatibilityState))
        {
            Controller = state.Controller,
            Payload = state.Factors is { } factors ? Digest.Parse(factors) : null,
        };

    protected override Restatement Restate(string stream, CompatibilityState state) => new(stream, state.Version, [EntryOf(Decided, state)]);
}
