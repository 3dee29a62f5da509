using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gdpr.Retention.Columns;

/// <summary>How many records are judged side by side.</summary>
internal enum LaneWidth : byte
{
    /// <summary>One after the other.</summary>
    Scalar,

    /// <summary>16 at a time.</summary>
    Lanes128,

    /// <summary>32 at a time.</summary>
    Lanes256,

    /// <summary>64 at a time.</summary>
    Lanes512,
}

/// <summary>What this machine can do.</summary>
internal static class LaneWidths
{
    /// <summary>The widest.</summary>
    public static LaneWidth Widest { get; } =
        IsSupported(LaneWidth.Lanes512) ? LaneWidth.Lanes512
        : IsSupported(LaneWidth.Lanes256) ? LaneWidth.Lanes256
        : IsSupported(LaneWidth.Lanes128) ? LaneWidth.Lanes128
        : LaneWidth.Scalar;

    /// <summary>Whether the machine has the instructions.</summary>
    /// <param name="width">The width.</param>
    public static bool IsSupported(LaneWidth width) => width switch
    {
        LaneWidth.Lanes512 => Avx512Vbmi.IsSupported,
        LaneWidth.Lanes256 => Avx2.IsSupported,

        // Without a byte shuffle in hardware, looking up takes longer than all the rest.
        LaneWidth.Lanes128 => Vector128.IsHardwareAccelerated && (Ssse3.IsSupported || !Sse2.IsSupported),
        _ => true,
    };
}
