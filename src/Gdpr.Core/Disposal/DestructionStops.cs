namespace Gdpr.Disposal;

/// <summary>Everything that stops destruction outside a sweep: whoever severs keys asks here first, and a sweep cannot know more.</summary>
internal sealed class DestructionStops(SweepParts parts)
{
    /// <summary>Why nothing may be destroyed at this moment; <see langword="null"/> where it may.</summary>
    public async ValueTask<string?> FindAsync(CancellationToken cancellationToken)
    {
        await parts.KeyRing.CheckAsync(cancellationToken).ConfigureAwait(false);
        return await parts.Guard.FindMissingAsync(cancellationToken).ConfigureAwait(false) is not null ? SweepReasons.JournalBehindWitness
            : await parts.Damage.IsDamagedAsync(cancellationToken).ConfigureAwait(false) ? SweepReasons.JournalDamaged
            : await parts.Switch.IsOnAsync(cancellationToken).ConfigureAwait(false) ? SweepReasons.KillSwitch
            : (await parts.TryRecallAsync(cancellationToken).ConfigureAwait(false)).Refused is { } refused ? SweepReasons.Of(refused)
            : (await parts.Restored.ReadWaitingAsync(cancellationToken).ConfigureAwait(false)).Count > 0 ? "a source that was restored has not been replayed"
            : null;
    }
}
