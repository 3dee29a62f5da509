using System.Text;

namespace Gdpr.Files.Durable;

/// <summary>A file of lines that only grows. A line counts once its line feed is there: what a crash left without one was never promised to anybody.</summary>
/// <remarks>Whoever appends holds a lock; whoever reads need not.</remarks>
internal sealed class LineFile(string path)
{
    private const byte LineFeed = (byte)'\n';

    public string Path { get; } = path;

    /// <summary>Appends lines, durably.</summary>
    /// <param name="lines">The lines, without line feeds.</param>
    public void Append(IEnumerable<string> lines)
    {
        var isNew = !File.Exists(Path);
        using (var stream = new FileStream(Path, DurableFile.Options(FileMode.OpenOrCreate)))
        {
            stream.SetLength(WholeLength(stream));
            stream.Seek(0, SeekOrigin.End);
            foreach (var line in lines)
            {
                stream.Write(Encoding.UTF8.GetBytes(line));
                stream.WriteByte(LineFeed);
            }

            stream.Flush(flushToDisk: true);
        }

        if (isNew)
        {
            DurableFile.FlushFolderOf(Path);
        }
    }

    /// <summary>The whole lines from an offset on, each with the offset after it. None where there is no file.</summary>
    /// <param name="offset">Where a line begins.</param>
    public IEnumerable<(string Line, long End)> Read(long offset = 0)
    {
        if (!File.Exists(Path))
        {
            yield break;
        }

        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(offset, SeekOrigin.Begin);
        using var buffered = new BufferedStream(stream, 1 << 16);
        var line = new List<byte>();
        for (var next = buffered.ReadByte(); next >= 0; next = buffered.ReadByte())
        {
            offset++;
            if (next != LineFeed)
            {
                line.Add((byte)next);
                continue;
            }

            yield return (Encoding.UTF8.GetString([.. line]), offset);
            line.Clear();
        }
    }

    /// <summary>The length up to the last line feed.</summary>
    private static long WholeLength(FileStream stream)
    {
        for (var length = stream.Length; length > 0; length--)
        {
            stream.Seek(length - 1, SeekOrigin.Begin);
            if (stream.ReadByte() == LineFeed)
            {
                return length;
            }
        }

        return 0;
    }
}
