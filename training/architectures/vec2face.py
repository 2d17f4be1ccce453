"""Vec2Face (arXiv 2409.02979, section 3.2) at small width: an identity vector becomes a face."""
from typing import Sequence, Tuple

import torch
from torch import Tensor, nn

from .image_decoder import ImageDecoder
from .transformer import TransformerBlock

PLACES = 49
TOKENS = PLACES + 1
HIDDEN = -1e4
VECTOR_SCALE = 512 ** 0.5


class Vec2Face(nn.Module):
    """`vector` [B,512], `dropped` and `masked` [B,50] bool -> `image` [B,3,112,112] in about -1..1.

    Token 0 is the vector itself (the feature token), tokens 1..49 are the face's 7x7 places, all made from the
    feature token by one learned map. A masked token is replaced by the feature token. A dropped token is absent from
    the encoder: here no other token may look at it and its own result is thrown away, which is the same thing with
    a shape that does not depend on the mask. Both are filled by the encoded feature token before the decoder.
    """

    def __init__(self, width: int = 192, heads: int = 6, encoder: int = 1, decoder: int = 1, expansion: int = 3,
                 decoder_widths: Sequence[int] = (160, 112, 56)):
        super().__init__()
        self.embed = nn.Linear(512, width)
        self.expand_gain = nn.Parameter(torch.ones(1, PLACES, width) + 0.2 * torch.randn(1, PLACES, width))
        self.expand_bias = nn.Parameter(0.2 * torch.randn(1, PLACES, width))
        self.position = nn.Parameter(0.2 * torch.randn(1, TOKENS, width))
        self.token_norm = nn.LayerNorm(width, eps=1e-6)
        self.encoder = nn.ModuleList([TransformerBlock(width, heads, expansion) for _ in range(encoder)])
        self.encoder_norm = nn.LayerNorm(width, eps=1e-6)
        self.decoder_position = nn.Parameter(0.2 * torch.randn(1, TOKENS, width))
        self.decoder = nn.ModuleList([TransformerBlock(width, heads, expansion) for _ in range(decoder)])
        self.decoder_norm = nn.LayerNorm(width, eps=1e-6)
        self.image_decoder = ImageDecoder(width, decoder_widths)

    def forward(self, vector: Tensor, dropped: Tensor, masked: Tensor) -> Tensor:
        feature = self.embed(vector).unsqueeze(1)
        places = feature * self.expand_gain + self.expand_bias
        places = torch.where(masked[:, 1:].unsqueeze(2), feature, places)
        x = self.token_norm(torch.cat((feature, places), 1) + self.position)
        hidden = (dropped.to(x.dtype) * HIDDEN).unsqueeze(1).unsqueeze(1)
        for block in self.encoder:
            x = block(x, hidden)
        x = self.encoder_norm(x)
        x = torch.where((dropped | masked).unsqueeze(2), x[:, :1], x) + self.decoder_position
        for block in self.decoder:
            x = block(x)
        width = x.shape[2]
        grid = self.decoder_norm(x)[:, 1:].transpose(1, 2).reshape(-1, width, 7, 7)
        return self.image_decoder(grid)


def draw_masks(count: int, generator: torch.Generator, mean: float = 0.15, deviation: float = 0.25,
               dropped_count: int = 5) -> Tuple[Tensor, Tensor]:
    """Masks as the paper draws them: one share for a batch row from a normal truncated to 0.1..1.

    Dropped tokens are among the masked ones, as in the authors' code; token 0 is neither.
    """
    share = torch.empty(count)
    waiting = torch.ones(count, dtype=torch.bool)
    while waiting.any():
        draws = mean + deviation * torch.randn(count, generator=generator)
        good = waiting & (draws >= 0.1) & (draws <= 1)
        share[good] = draws[good]
        waiting &= ~good
    rank = torch.rand(count, PLACES, generator=generator).argsort(1).argsort(1)
    masked = rank < (share * PLACES).ceil().unsqueeze(1)
    none = torch.zeros(count, 1, dtype=torch.bool)
    return torch.cat((none, rank < dropped_count), 1), torch.cat((none, masked), 1)
