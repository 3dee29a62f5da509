namespace Gdpr.Files.Sources;

/// <summary>Which files or folders are the records of a data set, and what their names and times say.</summary>
/// <remarks>A file is a record as a whole: no person is found in it, and no field of it is emptied by itself.</remarks>
public sealed class FileDataSetMapping
{
    /// <summary>The data set's path, such as <c>web.access-log</c>.</summary>
    public required string DataSet { get; init; }

    /// <summary>The pattern of the records' paths below the source's folder, with <c>/</c> between folders: <c>*</c> stands for any characters of one name, <c>?</c>
    /// for one, and <c>**</c> as a whole name for any number of folders, none included. Case counts. Links are never followed and are no records.</summary>
    public required string Pattern { get; init; }

    /// <summary>What a record is. The default is a file.</summary>
    public FileRecordKind Records { get; init; }

    /// <summary>How each trigger of the data set is read.</summary>
    public IReadOnlyDictionary<string, FileTrigger> Triggers { get => field ?? new Dictionary<string, FileTrigger>(StringComparer.Ordinal); init; }
}

/// <summary>What a record in a folder is.</summary>
public enum FileRecordKind
{
    /// <summary>One file.</summary>
    Files,

    /// <summary>A folder with everything in it. Files in it are no records of their own.</summary>
    Folders,
}

/// <summary>How a trigger is read from a file or folder.</summary>
public abstract record FileTrigger
{
    private FileTrigger()
    {
    }

    /// <summary>A date or a time in the name. A name that holds none, or one that does not exist, is from before 1970 or more than a year from now, makes the
    /// trigger unknown.</summary>
    /// <param name="Expression">A regular expression over the record's own name, with a group named <c>date</c>; one with a slash in it is over the record's
    /// path below the source's folder. It may not look around or refer back.</param>
    /// <param name="Form">How the date is written, as a pattern of NodaTime: <c>uuuuMMdd</c>, <c>uuuu-MM-dd'T'HH</c>. The year has four digits, and each unit
    /// needs all that are larger. Of a day, a month, a year or an hour, its end counts: that is when the last of its events may have happened.</param>
    /// <param name="Zone">The zone of the clock that wrote the name, such as <c>UTC</c>. A form with a time of day needs one; a date without one is the
    /// controller's.</param>
    public sealed record InName(string Expression, string Form, string? Zone = null) : FileTrigger;

    /// <summary>When the file was last written; of a folder, the last file in it.</summary>
    public sealed record LastWritten : FileTrigger;
}
