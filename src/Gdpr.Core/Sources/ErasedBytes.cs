using System.Text.Json.Serialization;

namespace Gdpr.Sources;

/// <summary>What a source knows of the bytes of what it has erased, in its own files. What backups, snapshots and copying file systems keep, is beyond it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ErasedBytes>))]
public enum ErasedBytes
{
    /// <summary>The source says nothing of it.</summary>
    NotSaid,

    /// <summary>They are overwritten where they stood, and gone from the log of the database. Copies that it made before, when it moved rows, are not known.</summary>
    Overwritten,

    /// <summary>They are overwritten where they stood, and may still be in the log of the database: somebody reads an older state. The next sweep that comes to an end
    /// removes them.</summary>
    InLog,
}
