using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime.Text;

namespace Gdpr.Disposal;

/// <summary>The kill switch, as it follows from the journal. A state store that is lost does not turn it off.</summary>
internal sealed class KillSwitchRegister(IStateStore states) : IJournalFold, IJournalRestater
{
    private const string Fold = "kill-switch";
    private const string Key = "switch";

    public IReadOnlyList<string> States => [Fold];

    /// <summary>Whether destruction is stopped: by the journal, or by what the state store was told at once.</summary>
    /// <remarks>Turning on begins with the state store and turning off ends with it: where the two differ, the switch was on its way, and counts as on.
    /// Whoever asks catches the folds up first.</remarks>
    public async ValueTask<bool> IsOnAsync(CancellationToken cancellationToken) =>
        (await states.ReadKillSwitchAsync(cancellationToken).ConfigureAwait(false)).IsOn
        || await FindAsync(cancellationToken).ConfigureAwait(false) is { IsOn: true };

    /// <summary>How the journal has it; <see langword="null"/> where it says nothing.</summary>
    public async ValueTask<SwitchState?> FindAsync(CancellationToken cancellationToken) =>
        await states.ReadAsync(Fold, "", Key, cancellationToken).ConfigureAwait(false) is { } state ? Read(state) : null;

    public async ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        var content = entry.Content;
        if (entry.Stream != DisposalEntries.KillSwitch || content.Type is not (DisposalEntries.SwitchedOn or DisposalEntries.SwitchedOff))
        {
            return false;
        }

        var data = JsonSerializer.Deserialize(content.Data, DisposalJson.Default.SwitchData)!;
        var state = new SwitchState(
            content.Type == DisposalEntries.SwitchedOn, data.By, InstantPattern.ExtendedIso.Format(content.OccurredAt), content.Payload?.ToString(), entry.Version);
        await states.WriteAsync(
            new FoldedState(Fold, "", Key, entry.Position, JsonSerializer.Serialize(state, DisposalJson.Default.SwitchState)), cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A switch that is off needs no entry to be off.
        if (await states.ReadAsync(Fold, "", Key, cancellationToken).ConfigureAwait(false) is { } state && state.Position <= position && Read(state) is { IsOn: true } on)
        {
            yield return new Restatement(DisposalEntries.KillSwitch, on.Version,
            [
                new NewJournalEntry(
                    DisposalEntries.SwitchedOn, InstantPattern.ExtendedIso.Parse(on.OccurredAt).Value,
                    JsonSerializer.Serialize(new SwitchData(on.By), DisposalJson.Default.SwitchData))
                {
                    Payload = on.Payload is { } payload ? Digest.Parse(payload) : null,
                },
            ]);
        }
    }

    private static SwitchState Read(FoldedState state) => JsonSerializer.Deserialize(state.Content, DisposalJson.Default.SwitchState)!;
}
