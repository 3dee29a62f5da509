using System.Runtime.InteropServices;
using System.Text;

namespace Gdpr.Journals;

/// <summary>One pass over the entries, in the order of their positions.</summary>
internal sealed class VerificationPass : IDisposable
{
    private const int LongestOnStack = 256;

    private readonly JournalBase _base;
    private readonly List<JournalCheckpoint> _checkpoints;
    private readonly List<CheckpointJump> _jumps;
    private readonly JournalCheckpoint? _witnessed;
    private readonly IKeyRing _keys;
    private readonly List<JournalFault> _faults;
    private readonly JournalHasher _hasher = new();
    private readonly JournalHistory _history;
    private readonly Dictionary<string, (long Version, Digest Hash)> _heads = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Version, Digest Hash)>.AlternateLookup<ReadOnlySpan<char>> _headsByName;
    private int _nextCheckpoint;
    private long _lastPosition;
    private long _entries;
    private long _bytes;
    private long _entriesAfterWitness;
    private bool _isBaseCommitted;

    public VerificationPass(
        JournalBase journalBase, List<JournalCheckpoint> checkpoints, List<CheckpointJump> jumps, JournalCheckpoint? witnessed, IKeyRing keys,
        List<JournalFault> faults)
    {
        (_base, _checkpoints, _jumps, _witnessed, _keys, _faults) = (journalBase, checkpoints, jumps, witnessed, keys, faults);
        _headsByName = _heads.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var head in journalBase.Heads)
        {
            _heads[head.Stream] = (head.Version, head.Hash);
        }

        _lastPosition = journalBase.Checkpoint?.Position ?? 0;
        _isBaseCommitted = journalBase.Checkpoint is null;
        _history = new JournalHistory(journalBase.Checkpoint?.History ?? default);

        // What the base commits to cannot be derived again; the base itself is checked against its expiry.
        while (_nextCheckpoint < checkpoints.Count && checkpoints[_nextCheckpoint].Number <= (journalBase.Checkpoint?.Number ?? 0))
        {
            _nextCheckpoint++;
        }
    }

    /// <summary>The position of the last entry taken.</summary>
    public long LastPosition => _lastPosition;

    /// <summary>Takes the next entry.</summary>
    public void Take(JournalEntry entry)
    {
        var encoded = _hasher.Encode(entry, out var isUnicode);
        if (!isUnicode)
        {
            Add(JournalFaultKind.EntryChanged, entry, "has been changed: it holds a text that is not Unicode");
        }

        Take(encoded, isRight: !isUnicode || _hasher.Of(encoded.Bytes) == entry.Hash);
    }

    /// <summary>Takes the next entry, as the bytes that its hash is of.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="isRight">Whether its hash is that of these bytes.</param>
    public void Take(EncodedEntry entry, bool isRight)
    {
        _entries++;
        _bytes += entry.Bytes.Length;
        if (entry.Position <= _lastPosition)
        {
            Add(JournalFaultKind.EntryOutOfPlace, entry, $"comes after position {_lastPosition}");
        }

        while (_nextCheckpoint < _checkpoints.Count && entry.Position > _checkpoints[_nextCheckpoint].Position)
        {
            CloseCheckpoint();
        }

        _lastPosition = Math.Max(_lastPosition, entry.Position);
        _entriesAfterWitness += entry.Position > (_witnessed?.Position ?? 0) ? 1 : 0;
        if (!isRight)
        {
            Add(JournalFaultKind.EntryChanged, entry, "has been changed: its hash is not that of its members");
        }

        CheckChain(entry);
        _history.Add(entry.Hash);
        if (!_isBaseCommitted || _jumps.Count > 0)
        {
            Explain(entry.Decode());
        }
    }

    /// <summary>What can be said only after the last entry.</summary>
    public void End()
    {
        while (_nextCheckpoint < _checkpoints.Count)
        {
            CloseCheckpoint();
        }

        foreach (var jump in _jumps)
        {
            AddCheckpoint(JournalFaultKind.CheckpointMissing, jump.Checkpoint, $"does not follow number {jump.Number} at position {jump.Position}");
        }

        if (!_isBaseCommitted)
        {
            _faults.Add(new JournalFault(
                JournalFaultKind.BaseDiffers, _base.Checkpoint!.Position, null, null, _base.Checkpoint.Number,
                $"Entries up to position {_base.Checkpoint.Position} are gone, and no expiry under a valid key commits to what remains of them."));
        }
    }

    public JournalReport Report(long payloadsPresent, long payloadsErased) => new()
    {
        Entries = _entries,
        Streams = _heads.Count,
        Checkpoints = _checkpoints.Count,
        LastPosition = _lastPosition,
        Bytes = _bytes,
        Witnessed = _witnessed,
        EntriesAfterWitness = _entriesAfterWitness,
        PayloadsPresent = payloadsPresent,
        PayloadsErased = payloadsErased,
        Faults = _faults,
    };

    public void Dispose()
    {
        _hasher.Dispose();
        _history.Dispose();
    }

    /// <summary>Goes on from the entry as it stands, so that one fault is reported once.</summary>
    private void CheckChain(EncodedEntry entry)
    {
        var stream = entry.Stream;
        Span<char> name = stream.Length <= LongestOnStack ? stackalloc char[LongestOnStack] : new char[stream.Length];
        name = name[..Encoding.UTF8.GetChars(stream, name)];
        ref var head = ref CollectionsMarshal.GetValueRefOrAddDefault(_headsByName, name, out _);
        if (entry.Version > head.Version + 1)
        {
            Add(JournalFaultKind.EntriesMissing, entry, $"follows version {head.Version}: {entry.Version - head.Version - 1} before it are missing");
        }
        else if (entry.Version <= head.Version)
        {
            Add(JournalFaultKind.EntryOutOfPlace, entry, $"follows version {head.Version}: it was inserted, doubled or moved");
        }
        else if (entry.Previous != head.Hash)
        {
            Add(JournalFaultKind.ChainBroken, entry, "does not follow from the one before it: that one was replaced, or this one forged");
        }

        head = (entry.Version, entry.Hash);
    }

    private void CloseCheckpoint()
    {
        var checkpoint = _checkpoints[_nextCheckpoint++];
        var history = _history.Close();
        if (_lastPosition < checkpoint.Position)
        {
            AddCheckpoint(JournalFaultKind.TailCut, checkpoint, $"commits to entries after position {_lastPosition} that are gone");
        }
        else if (history != checkpoint.History)
        {
            var after = _nextCheckpoint >= 2 ? _checkpoints[_nextCheckpoint - 2].Position : 0;
            AddCheckpoint(
                JournalFaultKind.CheckpointDiffers, checkpoint,
                $"commits to other entries than those after position {after}: some were removed, inserted, moved or replaced");
        }

        // The next starts from what this one says, so that what follows is not taken for wrong too.
        _history.Add(checkpoint.History);
    }

    /// <summary>What an entry says about the journal itself.</summary>
    private void Explain(JournalEntry entry)
    {
        if (!_isBaseCommitted && entry.Stream == JournalExpiry.Stream && entry.Content.Type == JournalExpiry.EntryType)
        {
            CheckExpiry(entry);
        }

        if (_jumps.Count > 0 && entry.Stream == RestoreAcknowledgements.Stream)
        {
            ExplainJumps(entry);
        }
    }

    /// <summary>A restore that was acknowledged lets the numbers go on after the witnessed checkpoint that was lost.</summary>
    private void ExplainJumps(JournalEntry entry)
    {
        try
        {
            var number = RestoreAcknowledgements.NumberOf(entry, _keys);
            _jumps.RemoveAll(jump => jump.Checkpoint.Number - 1 == number && entry.Position > jump.Position && entry.Position <= jump.Checkpoint.Position);
        }
        catch (KeyMissingException missing)
        {
            Add(JournalFaultKind.KeyMissing, entry, $"cannot be checked: key '{missing.KeyId}' is not in the ring");
        }
    }

    private void CheckExpiry(JournalEntry entry)
    {
        try
        {
            _isBaseCommitted = JournalExpiry.CommitsTo(entry.Content.Data, _base, _keys);
        }
        catch (KeyMissingException missing)
        {
            Add(JournalFaultKind.KeyMissing, entry, $"cannot be checked: key '{missing.KeyId}' is not in the ring");
        }
    }

    private void Add(JournalFaultKind kind, EncodedEntry entry, string what) => Add(kind, entry.Decode(), what);

    private void Add(JournalFaultKind kind, JournalEntry entry, string what) => _faults.Add(
        new JournalFault(kind, entry.Position, entry.Stream, entry.Version, null, $"{JournalVerifier.Entry(entry)} {what}."));

    private void AddCheckpoint(JournalFaultKind kind, JournalCheckpoint checkpoint, string what) => _faults.Add(new JournalFault(
        kind, checkpoint.Position, null, null, checkpoint.Number, $"Checkpoint {checkpoint.Number} at position {checkpoint.Position} {what}."));
}
