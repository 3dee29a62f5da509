using System.Text;
using System.Text.Json;
using Gdpr.Journals;

namespace Gdpr.Disposal;

/// <summary>Stops all destruction at once, everywhere, and lets it go on again. Each change is journalled.</summary>
/// <remarks>A run that is under way stops before its next batch. A switch that cannot be read counts as on.</remarks>
public sealed class KillSwitchControl
{
    private const string Purpose = "kill-switch";

    private readonly SweepParts _parts;

    internal KillSwitchControl(SweepParts parts) => _parts = parts;

    /// <summary>How the switch stands: on, where the journal or the state store says so.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<KillSwitch> ReadAsync(CancellationToken cancellationToken = default)
    {
        await _parts.PrepareStoresAsync(cancellationToken).ConfigureAwait(false);
        var told = await _parts.States.ReadKillSwitchAsync(cancellationToken).ConfigureAwait(false);
        if (told.IsOn || await _parts.Switch.FindAsync(cancellationToken).ConfigureAwait(false) is not { IsOn: true } journalled)
        {
            return told;
        }

        var reason = journalled.Payload is { } payload ? await _parts.Vault.ReadPayloadAsync("", payload, cancellationToken).ConfigureAwait(false) : null;
        return new KillSwitch(true, reason is null ? null : Encoding.UTF8.GetString(reason.Content.Span), journalled.By, journalled.OccurredAt);
    }

    /// <summary>Stops all destruction.</summary>
    /// <param name="reason">Why. The vault keeps it; the journal only commits to it.</param>
    /// <param name="by">The function in the organisation that decides: no person.</param>
    /// <param name="cancellationToken">Cancels before the switch is set.</param>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public async Task TurnOnAsync(string reason, string by, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        var function = ActingFunction.Check(by, nameof(by));
        _parts.Writer.Texts.CheckText(reason, "the reason of the kill switch");

        await _parts.PrepareStoresAsync(cancellationToken).ConfigureAwait(false);

        // First it stops, then it is recorded.
        await _parts.States.SetKillSwitchAsync(new KillSwitch(true, reason, function, _parts.Clock.GetCurrentInstant()), cancellationToken).ConfigureAwait(false);
        await _parts.Writer.RecordAsync(
            DisposalEntries.KillSwitch, JournalStream.AnyVersion, DisposalEntries.SwitchedOn, DataOf(function), "", Purpose, Encoding.UTF8.GetBytes(reason))
            .ConfigureAwait(false);
    }

    /// <summary>Lets destruction go on.</summary>
    /// <param name="by">The function in the organisation that decides: no person.</param>
    /// <param name="cancellationToken">Cancels before anything is changed.</param>
    public async Task TurnOffAsync(string by, CancellationToken cancellationToken = default)
    {
        var function = ActingFunction.Check(by, nameof(by));
        await _parts.PrepareStoresAsync(cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();

        // First it is recorded, then it goes on.
        await _parts.Writer.RecordAsync(DisposalEntries.KillSwitch, JournalStream.AnyVersion, DisposalEntries.SwitchedOff, DataOf(function)).ConfigureAwait(false);
        await _parts.States.SetKillSwitchAsync(KillSwitch.Off, CancellationToken.None).ConfigureAwait(false);
    }

    private static string DataOf(string function) => JsonSerializer.Serialize(new SwitchData(function), DisposalJson.Default.SwitchData);
}
