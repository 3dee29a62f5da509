using System.Text;
using System.Text.Json;
using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>Stops all destruction at once, everywhere, and lets it go on again. Each change is journalled.</summary>
/// <remarks>A run that is under way stops before its next batch. A switch that cannot be read counts as on.</remarks>
public sealed class KillSwitchControl
{
    private const string Purpose = "kill-switch";

    private readonly IStateStore _states;
    private readonly JournalWriter _writer;
    private readonly IClock _clock;

    internal KillSwitchControl(IStateStore states, JournalWriter writer, IClock clock)
    {
        _states = states;
        _writer = writer;
        _clock = clock;
    }

    /// <summary>How the switch stands.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public ValueTask<KillSwitch> ReadAsync(CancellationToken cancellationToken = default) => _states.ReadKillSwitchAsync(cancellationToken);

    /// <summary>Stops all destruction.</summary>
    /// <param name="reason">Why. The vault keeps it; the journal only commits to it.</param>
    /// <param name="by">The function in the organisation that decides: no person.</param>
    /// <param name="cancellationToken">Cancels before the switch is set.</param>
    public async Task TurnOnAsync(string reason, string by, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        var function = ActingFunction.Check(by, nameof(by));

        // First it stops, then it is recorded.
        await _states.SetKillSwitchAsync(new KillSwitch(true, reason, function, _clock.GetCurrentInstant()), cancellationToken).ConfigureAwait(false);
        await _writer.RecordAsync(
            DisposalEntries.KillSwitch, JournalStream.AnyVersion, DisposalEntries.SwitchedOn, DataOf(function), "", Purpose, Encoding.UTF8.GetBytes(reason))
            .ConfigureAwait(false);
    }

    /// <summary>Lets destruction go on.</summary>
    /// <param name="by">The function in the organisation that decides: no person.</param>
    /// <param name="cancellationToken">Cancels before anything is changed.</param>
    public async Task TurnOffAsync(string by, CancellationToken cancellationToken = default)
    {
        var function = ActingFunction.Check(by, nameof(by));
        cancellationToken.ThrowIfCancellationRequested();

        // First it is recorded, then it goes on.
        await _writer.RecordAsync(DisposalEntries.KillSwitch, JournalStream.AnyVersion, DisposalEntries.SwitchedOff, DataOf(function)).ConfigureAwait(false);
        await _states.SetKillSwitchAsync(KillSwitch.Off, CancellationToken.None).ConfigureAwait(false);
    }

    private static string DataOf(string function) => JsonSerializer.Serialize(new SwitchData(function), DisposalJson.Default.SwitchData);
}
