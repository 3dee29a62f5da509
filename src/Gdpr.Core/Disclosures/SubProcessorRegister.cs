using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Disclosures;

/// <summary>The changes of sub-processors, folded from the journal: one stream each.</summary>
internal sealed class SubProcessorRegister(IStateStore states)
    : StreamRegister<SubProcessorChange>("sub-processors", "sub-processor/", SubProcessorJson.Default.SubProcessorChange, states)
{
    public const string Announced = "sub-processor-announced";
    public const string Decided = "sub-processor-decided";

    public override SubProcessorChange? After(SubProcessorChange? before, JournalEntry entry)
    {
        switch (entry.Content.Type)
        {
            case Announced:
                return EntryData.Read(entry, SubProcessorJson.Default.SubProcessorChange) with
                {
                    Version = entry.Version,
                    StatedAt = entry.Position,
                };
            case Decided when before is not null:
                var step = EntryData.Read(entry, SubProcessorJson.Default.SubProcessorStep);
                return before with
                {
                    Version = entry.Version,
                    Decision = step.Decision,
                    DecidedBy = step.By,
                    DecidedAt = entry.Content.OccurredAt,
                    Reason = step.Reason,
                };
            default:
                return before;
        }
    }

    protected override long StatedAt(SubProcessorChange state, long position) => state.StatedAt;

    protected override Restatement Restate(string stream, SubProcessorChange state) =>
        new(stream, state.Version, [EntryOf(state)]);

    /// <summary>An entry that says everything of a change, kept under the client where one was told.</summary>
    public static NewJournalEntry EntryOf(SubProcessorChange change) =>
        new(Announced, change.GivenAt, JsonSerializer.Serialize(change, SubProcessorJson.Default.SubProcessorChange)) { Controller = change.Client };
}
