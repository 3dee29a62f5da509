using System.Text;

namespace Gdpr.Samples.Views;

/// <summary>Leaves out spaces at the ends of lines, which tables put there to be even.</summary>
internal sealed class TrimmingWriter(TextWriter inner) : TextWriter
{
    private readonly StringBuilder _spaces = new();

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value)
    {
        switch (value)
        {
            case ' ':
                _spaces.Append(value);
                break;
            case '\r':
                break;
            case '\n':
                _spaces.Clear();
                inner.Write('\n');
                break;
            default:
                inner.Write(_spaces);
                _spaces.Clear();
                inner.Write(value);
                break;
        }
    }

    public override void Flush() => inner.Flush();
}
