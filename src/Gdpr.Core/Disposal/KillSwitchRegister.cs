using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>The kill switch, as the journal has it. A state store that is lost or changed does not turn it off.</summary>
internal sealed class KillSwitchRegister(IStateStore states, IJournalStore journal) : IJournalRestater
{
    /// <summary>Whether destruction is stopped: by the journal, or by what the state store was told at once.</summary>
    /// <remarks>Turning on begins with the state store and turning off ends with it: where the two differ, the switch was on its way, and counts as on.</remarks>
    public async ValueTask<bool> IsOnAsync(CancellationToken cancellationToken) =>
        (await states.ReadKillSwitchAsync(cancellationToken).ConfigureAwait(false)).IsOn
        || await FindAsync(cancellationToken).ConfigureAwait(false) is { IsOn: true };

    /// <summary>How the journal has it; <see langword="null"/> where it says nothing. An entry that is not as it was written turns it on.</summary>
    public async ValueTask<SwitchState?> FindAsync(CancellationToken cancellationToken)
    {
        SwitchState? last = null;
        await foreach (var (entry, isSound) in SoundStream.ReadAsync(journal, DisposalEntries.KillSwitch, cancellationToken).ConfigureAwait(false))
        {
            var content = entry.Content;
            last = isSound && content.Type is (DisposalEntries.SwitchedOn or DisposalEntries.SwitchedOff)
                ? new SwitchState(
                    content.Type == DisposalEntries.SwitchedOn, JsonSerializer.Deserialize(content.Data, DisposalJson.Default.SwitchData)!.By, content.OccurredAt,
                    content.Payload, entry.Version, entry.Position)
                : new SwitchState(true, null, content.OccurredAt, null, entry.Version, entry.Position);
        }

        return last;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A switch that is off needs no entry to be off.
        if (await FindAsync(cancellationToken).ConfigureAwait(false) is { IsOn: true, By: { } by } on && on.Position <= position)
        {
            yield return new Restatement(DisposalEntries.KillSwitch, on.Version,
            [
                new NewJournalEntry(DisposalEntries.SwitchedOn, on.OccurredAt, JsonSerializer.Serialize(new SwitchData(by), DisposalJson.Default.SwitchData))
                {
                    Payload = on.Payload,
                },
            ]);
        }
    }
}

/// <summary>The kill switch, as it follows from the journal.</summary>
/// <param name="IsOn">Whether destruction is stopped.</param>
/// <param name="By">The function that set it; <see langword="null"/> where the entry is not as it was written.</param>
/// <param name="OccurredAt">When it did.</param>
/// <param name="Payload">The commitment to the reason.</param>
/// <param name="Version">The version of the switch's stream.</param>
/// <param name="Position">The position of the entry.</param>
internal sealed record SwitchState(bool IsOn, string? By, Instant OccurredAt, Digest? Payload, long Version, long Position);
