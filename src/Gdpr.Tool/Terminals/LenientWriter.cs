using System.Text;

namespace Gdpr.Tool.Terminals;

/// <summary>Standard error, where it may be closed or full: a message that nobody can be told is dropped, and the exit code tells what there is to tell.</summary>
internal sealed class LenientWriter(TextWriter writer) : TextWriter(writer.FormatProvider)
{
    public override Encoding Encoding => writer.Encoding;

    public override void Write(char value) => Try(() => writer.Write(value));

    public override void Write(string? value) => Try(() => writer.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => writer.Write(buffer, index, count));

    public override void Flush() => Try(writer.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ObjectDisposedException or NotSupportedException)
        {
            // There is nobody left to tell.
        }
    }
}
